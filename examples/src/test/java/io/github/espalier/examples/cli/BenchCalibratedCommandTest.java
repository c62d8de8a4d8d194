package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCalibratedCommandTest {
  private static Run bench(Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of("bench", "calibrated", "--tokens=96", "--inputs=48", "--outputs=8"));
    args.addAll(List.of("--width=8", "--runs=1"));
    args.addAll(List.of(more));
    return Cli.run(args.toArray());
  }

  @Test
  void printsJson() throws IOException {
    Run run = bench("--json");

    assertThat(run.status()).as(run.err()).isZero();
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertThat(result.path("timings")).hasSize(3);
    for (JsonNode timing : result.path("timings")) {
      double seconds = timing.path("seconds").path(0).asDouble();
      double baseline = timing.path("baselineSeconds").path(0).asDouble();
      assertThat(seconds).isPositive();
      assertThat(baseline).isPositive();
      // JSON keeps every digit: what differs is the rounding of a division.
      assertThat(timing.path("ratio").asDouble())
          .isCloseTo(seconds / baseline, within(1e-9 * seconds / baseline));
    }
    assertThat(run.err())
        .contains("espalier bench: SparseGPT of a layer of 8x48, first run, not counted")
        .contains("espalier bench: Wanda of 138 layers, width 8, run 1 of 1");
  }

  @Test
  void printsATable() {
    Run run = bench("--quiet");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsPattern("\nGram matrix of 96 tokens, 48 inputs +[0-9.]+ .* X\\^T X by one sgemm ")
        .containsPattern("\nSparseGPT of a layer of 8x48 +[0-9.]+ ")
        .containsPattern("\nWanda of 138 layers, width 8 +[0-9.]+ ")
        .contains("peak resident memory: ", "machine: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--tokens", "--inputs", "--outputs", "--width", "--runs"})
  void refusesNothing(String option) {
    Run run = Cli.run("bench", "calibrated", option + "=0");

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains(option + " is 0, but must be at least 1");
  }
}
