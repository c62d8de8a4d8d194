package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchInceptionCommandTest {
  private static final String MEASURED =
      "{\"median\": 2.5, \"size\": 75, \"batch\": 2, \"threads\": 2, \"dtype\": \"float32\"}";

  @TempDir Path temp;

  private static Run bench(Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of("bench", "inception", "--size=75", "--batch=2", "--runs=1", "--threads=2"));
    args.addAll(List.of(more));
    return Cli.run(args.toArray());
  }

  @Test
  void printsJson() throws IOException {
    Path file = Files.writeString(temp.resolve("pytorch.json"), MEASURED + "\n");

    Run run = bench("--json", "--pytorch", file);

    assertThat(run.status()).as(run.err()).isZero();
    JsonNode result = new ObjectMapper().readTree(run.out());
    double seconds = result.path("timing").path("seconds").path(0).asDouble();
    assertThat(seconds).isPositive();
    assertThat(result.path("weights").asText()).isEqualTo("random weights");
    assertThat(result.path("weightsSha256").asText()).hasSize(64);
    // JSON keeps every digit: what differs is the rounding of a division.
    double speed = 2 / seconds;
    assertThat(result.path("imagesPerSecond").asDouble()).isCloseTo(speed, within(1e-9 * speed));
    assertThat(result.path("pytorchImagesPerSecond").asDouble()).isEqualTo(0.8);
    assertThat(result.path("speedRatio").asDouble())
        .isCloseTo(speed / 0.8, within(1e-9 * speed / 0.8));
    assertThat(run.err())
        .contains("espalier bench: writing random weights", "espalier bench: run 1 of 1");
  }

  @Test
  void printsATable() {
    Run run = bench("--quiet", "--pytorch=1");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("random weights: 2 images of 75x75, 2 threads", "times PyTorch's 2.0")
        .containsPattern("\nInception +[0-9.]+ ")
        .contains("peak resident memory: ", "machine: ");
  }

  @Test
  void refusesWhatItCannotMeasure() throws IOException {
    Path file = Files.writeString(temp.resolve("pytorch.json"), MEASURED.replace("75", "299"));

    assertThat(bench("--pytorch", file).err()).contains("size 299, but --size is 75");
    assertThat(Cli.run("bench", "inception", "--size=74").err())
        .contains("--size is 74, but must be at least 75");
    assertThat(Cli.run("bench", "inception", "--batch=0").err())
        .contains("--batch is 0, but must be at least 1");
    assertThat(bench(temp.resolve("none")).status()).isNotZero();
  }
}
