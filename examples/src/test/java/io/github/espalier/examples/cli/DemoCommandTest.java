package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  @TempDir Path temp;

  @Test
  void endsWithAPrunedCheckpointAndItsReportAlsoTwice() throws IOException {
    Path out = temp.resolve("demo");
    for (int i = 0; i < 2; i++) {
      Run run = Cli.run("demo", "--out", out);

      assertThat(run.status()).as(run.err()).isZero();
      assertThat(run.out()).contains("47.5%", "Pruned checkpoint:   " + out);
      assertThat(Checkpoints.names(out))
          .containsExactly("report.json", "small-sd2", "small-sd2-pruned");
      assertThat(
              Cli.run("diff", out.resolve("small-sd2"), out.resolve("small-sd2-pruned")).status())
          .isEqualTo(1);
    }
  }

  @Test
  void leavesOtherFoldersAlone() throws IOException {
    Files.writeString(temp.resolve("thesis.txt"), "mine");

    Run run = Cli.run("demo", "--out", temp);

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("was not made by a demo");
    assertThat(Checkpoints.names(temp)).containsExactly("thesis.txt");
  }
}
