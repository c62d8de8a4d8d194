package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BenchUnetCommandTest {
  private static final String SAME =
      "{\"median\": 2.5, \"size\": 8, \"batch\": 2, \"threads\": 2, \"dtype\": \"float32\"}";

  @TempDir Path temp;

  private static Run bench(Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of("bench", "unet", Checkpoints.f32(), "--size=8", "--runs=1", "--threads=2"));
    args.addAll(List.of(more));
    return Cli.run(args.toArray());
  }

  private static JsonNode json(Run run) throws IOException {
    assertThat(run.status()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void printsJson() throws IOException {
    Run run = bench("--json", "--pytorch", "1");

    JsonNode result = json(run);
    assertThat(result.path("size").asInt()).isEqualTo(8);
    assertThat(result.path("batch").asInt()).isEqualTo(2);
    assertThat(result.path("threads").asInt()).isEqualTo(2);
    assertThat(result.path("pytorchSeconds").asDouble()).isEqualTo(1);
    assertThat(result.path("networks")).hasSize(3);
    for (JsonNode network : result.path("networks")) {
      assertThat(network.path("seconds")).hasSize(1);
      assertThat(network.path("seconds").path(0).asDouble()).isPositive();
    }
    assertThat(result.path("ratio").asDouble())
        .isEqualTo(result.path("networks").path(0).path("seconds").path(0).asDouble());
    assertThat(run.err()).contains("espalier bench: U-Net, run 1 of 1");
  }

  @Test
  void printsATable() {
    Run run = bench("--quiet", "--pytorch=1");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("latents of 8x8, batch 2, 2 threads", "times PyTorch's 1.00 s")
        .containsPattern("\nU-Net +[0-9.]+ ")
        .containsPattern("\ntext encoder +[0-9.]+ ")
        .containsPattern("\nVAE decoder +[0-9.]+ ")
        .contains("weights in memory: ");
    assertThat(bench("--quiet").out()).doesNotContain("PyTorch");
  }

  @Test
  void takesPyTorchsTimeFromItsFile() throws IOException {
    Path file = Files.writeString(temp.resolve("pytorch.json"), SAME + "\n");
    assertThat(json(bench("--json", "--pytorch", file)).path("pytorchSeconds").asDouble())
        .isEqualTo(2.5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "size": 8          | "size": 64          | size 64, but --size is 8
          "batch": 2         | "batch": 1          | batch 1, but --batch is 2
          "threads": 2       | "threads": 16       | threads 16, but --threads is 2
          "dtype": "float32" | "dtype": "bfloat16" | dtype bfloat16, but Espalier computes in float32
          "median": 2.5      | "median": 0         | expected seconds above 0
          """)
  void refusesATimeOfSomethingElse(String found, String other, String message) throws IOException {
    assertThat(SAME).contains(found);
    Path file = Files.writeString(temp.resolve("pytorch.json"), SAME.replace(found, other));

    Run run = bench("--pytorch", file);

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2.5 seconds", "{\"median\": 2.5", "{\"mean\": 2.5}", "[2.5]"})
  void refusesAFileThatIsNone(String text) throws IOException {
    Path file = Files.writeString(temp.resolve("pytorch.json"), text);

    Run run = bench("--pytorch", file);

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains(file + " is not what bench_unet.py printed");
  }

  @Test
  void refusesWhatIsNeitherNumberNorFile() throws IOException {
    assertThat(bench("--pytorch", temp.resolve("none")).err())
        .contains("is neither a number nor a file");
    assertThat(bench("--pytorch", "-1").err()).contains("expected seconds above 0, found -1.0");
    assertThat(bench("--pytorch", "NaN").err()).contains("expected seconds above 0");
    Path binary = Files.write(temp.resolve("binary"), new byte[] {'"', (byte) 0xff, '"'});
    assertThat(bench("--pytorch", binary).err()).contains("is not what bench_unet.py printed");
    assertThat(bench("--batch=0").err()).contains("--batch is 0, but must be at least 1");
  }
}
