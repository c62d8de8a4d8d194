package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchPruneCommandTest {
  @TempDir Path temp;

  @Test
  void measuresBothWaysToStoreAndCleansUp() throws IOException {
    Path source = Checkpoints.folder(temp);

    Run run = Cli.run("bench", "prune", source, "--json", "--runs=4", "--quiet");

    assertThat(run.status()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.get("selected").asLong()).isEqualTo(9_216 + 33_088);
    assertThat(json.get("files").asInt()).isEqualTo(Checkpoints.contents(source).size());
    assertThat(json.get("timings")).hasSize(2);
    for (JsonNode timing : json.get("timings")) {
      assertThat(timing.get("copySeconds")).hasSize(4);
      double copy = timing.get("medianCopySeconds").asDouble();
      assertThat(copy).isPositive();
      assertThat(timing.get("ratio").asDouble() * copy)
          .isCloseTo(
              timing.get("medianPruneSeconds").asDouble(),
              org.assertj.core.data.Percentage.withPercentage(1e-6));
    }
    assertThat(Checkpoints.names(temp)).containsExactly("sd2");
  }

  @Test
  void printsATableForASingleFile() throws IOException {
    Run run = Cli.run("bench", "prune", Checkpoints.singleFile(), "--out-dir", temp, "--unet=50%");

    assertThat(run.out()).as(run.err()).contains("prune/copy", "left to the page cache in both");
    assertThat(run.out()).contains("forced to the device in both", "peak resident memory: ");
    assertThat(run.err()).contains("espalier bench: warming up");
    assertThat(Checkpoints.names(temp)).isEmpty();
  }

  @Test
  void needsEnoughRunsAndACommand() {
    assertThat(Cli.run("bench", "prune", temp, "--runs=2").status()).isEqualTo(ExitStatus.USAGE);
    assertThat(Cli.run("bench").err()).contains("what to measure? give one of: prune");
  }
}
