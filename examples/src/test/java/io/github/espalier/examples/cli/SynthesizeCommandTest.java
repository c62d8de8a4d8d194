package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SynthesizeCommandTest {
  @TempDir Path temp;

  @Test
  void cancellationLeavesNothing() throws IOException {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();

    Run run = Cli.run(cancellation, "synthesize", temp.resolve("sd2"));

    assertThat(run.status()).isEqualTo(ExitStatus.CANCELLED);
    assertThat(run.errLines()).containsExactly("espalier: cancelled");
    assertThat(Checkpoints.names(temp)).isEmpty();
  }

  @Test
  void refusesAnExistingTarget() throws IOException {
    Path target = Files.createDirectory(temp.resolve("sd2"));

    Run run = Cli.run("synthesize", target);

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("exists already");
  }

  @Test
  void namesWhatItCanMake() {
    assertThat(Cli.run("synthesize", "x", "--model=sdxl").err()).contains("sd2-inpainting");
    assertThat(Cli.run("synthesize", "x", "--dtype=i8").err()).contains("none of f16, f32");
    assertThat(Cli.run("synthesize", "x", "--dtype=f17").status()).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  @Tag("slow")
  void publishedFilesHaveThisSize() throws IOException {
    Path folder = temp.resolve("sd2");
    assertThat(Cli.run("synthesize", folder, "--dtype=f32").status()).isZero();
    assertThat(folder.resolve(Checkpoints.UNET_WEIGHTS)).hasSize(3_463_726_498L);
  }

  @Test
  @Tag("slow")
  void publishedSingleFileHasThisSize() throws IOException {
    Path file = temp.resolve("sd2.safetensors");
    assertThat(Cli.run("synthesize", file, "--dtype=f32", "--layout=single-file").status())
        .isZero();
    assertThat(file).hasSize(5_214_604_312L);
  }
}
