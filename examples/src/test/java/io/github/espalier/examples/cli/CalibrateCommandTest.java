package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** From captions to a pruned checkpoint. */
class CalibrateCommandTest {
  @TempDir Path temp;

  private Path statistics() {
    return temp.resolve("statistics.safetensors");
  }

  private Run prune(String... options) {
    Object[] all = new Object[options.length + 4];
    all[0] = "prune";
    all[1] = Checkpoints.f32();
    all[2] = "--out";
    all[3] = temp.resolve("pruned");
    System.arraycopy(options, 0, all, 4, options.length);
    return Cli.run(all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"wanda", "sparsegpt", "ria"})
  void textEncoder(String method) {
    Run run =
        Cli.run(
            "calibrate",
            Checkpoints.f32(),
            "--component=text",
            "--limit=6",
            "--sequential=" + method,
            "--sparsity=50%",
            "--out",
            statistics());
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).contains("pass 3 of 3, 6 of 6 captions");
    assertThat(run.out()).contains("Statistics of 6 captions are in");
    assertThat(run.out()).containsPattern("Took \\d.*\\.\n");

    Run pruned = prune("--text=50%", "--method", method, "--calibration", statistics().toString());
    assertThat(pruned.status()).as(pruned.err()).isZero();
    assertThat(pruned.out()).containsPattern("Took \\d.*\\.\n");
    assertThat(pruned.out()).containsPattern("text_encoder +" + method + " +50% +18 +9,216 +4,608");
    assertThat(pruned.out())
        .containsPattern("component +layer +output error\n")
        .containsPattern("text_encoder +median of 18 layers +0\\.[0-9]{4}\n");
    Run without =
        prune(
            "--text=50%",
            "--dry-run",
            "--overwrite",
            "--no-output-errors",
            "--method",
            method,
            "--calibration",
            statistics().toString());
    assertThat(without.out()).doesNotContain("output error");
  }

  @ParameterizedTest
  @ValueSource(strings = {"wanda", "sparsegpt"})
  void threadsDoNotMatter(String method) throws IOException {
    String file = statistics().toString();
    Run run =
        Cli.run("calibrate", Checkpoints.f32(), "--component=text", "--limit=6", "--out", file);
    assertThat(run.status()).as(run.err()).isZero();
    List<byte[]> weights = new ArrayList<>();
    List<JsonNode> layers = new ArrayList<>();
    for (String threads : List.of("1", "2", "5")) {
      Path report = temp.resolve("report-" + threads);
      Run pruned =
          prune(
              "--text=50%",
              "--overwrite",
              "--threads=" + threads,
              "--report=" + report,
              "--method=" + method,
              "--calibration=" + file);
      assertThat(pruned.status()).as(pruned.err()).isZero();
      weights.add(
          Files.readAllBytes(temp.resolve("pruned").resolve("text_encoder/model.safetensors")));
      layers.add(withoutTimes(new ObjectMapper().readTree(report.toFile()).get("layers")));
    }
    assertThat(weights).allSatisfy(each -> assertThat(each).isEqualTo(weights.get(0)));
    assertThat(layers).containsOnly(layers.get(0));
    assertThat(layers.get(0).get(0).has("outputError")).isTrue();
  }

  private static JsonNode withoutTimes(JsonNode layers) {
    layers.forEach(layer -> ((ObjectNode) layer).remove("seconds"));
    return layers;
  }

  /** OWL's ratios are those of the dense model, as published; the layers are pruned in sequence. */
  @Test
  void sequentialWithOwl() {
    Path dense = temp.resolve("dense.safetensors");
    Run oneShot =
        Cli.run(
            "calibrate",
            Checkpoints.f32(),
            "--component=text",
            "--limit=6",
            "--gather=moments",
            "--out",
            dense);
    assertThat(oneShot.status()).as(oneShot.err()).isZero();
    Run run =
        Cli.run(
            "calibrate",
            Checkpoints.f32(),
            "--component=text",
            "--limit=6",
            "--gather=moments",
            "--sequential=wanda",
            "--sparsity=50%",
            "--rule=wanda",
            "--allocation=owl",
            "--allocation-option=m=3",
            "--allocation-calibration",
            dense,
            "--out",
            statistics());
    assertThat(run.status()).as(run.err()).isZero();

    String[] same = {
      "--text=50%",
      "--method=wanda",
      "--rule=wanda",
      "--allocation=owl",
      "--allocation-option=m=3",
      "--allocation-calibration",
      dense.toString(),
      "--calibration",
      statistics().toString()
    };
    Run pruned = prune(same);
    assertThat(pruned.status()).as(pruned.err()).isZero();
    assertThat(pruned.err()).doesNotContain("note");
    Run other =
        prune(
            "--text=50%",
            "--method=wanda", "--overwrite", "--calibration", statistics().toString());
    assertThat(other.status()).as(other.err()).isZero();
    assertThat(other.err())
        .containsPattern(
            "espalier: note: .* saw others pruned by wanda \\(rule WANDA\\), 50%, row .*"
                + "differs from how text_encoder is pruned now");
  }

  @Test
  void unetWithOptionsOfSampling() {
    Run run =
        Cli.run(
            "calibrate",
            Checkpoints.f32(),
            "--component=unet",
            "--limit=2",
            "--steps=3",
            "--scheduler=euler",
            "--seed=7",
            "--negative-prompt=a dog",
            "--gather=moments",
            "--packages=2",
            "--package-method=magnitude",
            "--sparsity=30%",
            "--allocation=alpha",
            "--out",
            statistics());
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).contains("pass 2 of 2, 2 of 2 captions");
  }

  @Test
  void unetWithOwl() throws IOException {
    Path captions = Files.writeString(temp.resolve("captions.txt"), "a cat\na red horse\n");
    Run run =
        Cli.run(
            "calibrate",
            Checkpoints.f32(),
            "--component=unet",
            "--captions",
            captions,
            "--steps=3",
            "--gather=moments",
            "--out",
            statistics());
    assertThat(run.status()).as(run.err()).isZero();

    Run pruned =
        prune(
            "--unet=50%",
            "--method=wanda",
            "--pattern=layer",
            "--allocation=owl",
            "--calibration",
            statistics().toString());
    assertThat(pruned.status()).as(pruned.err()).isZero();
    assertThat(pruned.out())
        .containsPattern("unet +wanda +50% +216 +33,088 +16,544")
        .doesNotContain("output error");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Run none = prune("--text=50%", "--method=sparsegpt");
    assertThat(none.status()).isNotZero();
    assertThat(none.err()).contains("method sparsegpt needs statistics of a calibration");

    Run both =
        Cli.run(
            "calibrate",
            Checkpoints.f32(),
            "--component=unet",
            "--sequential=wanda",
            "--sparsity=50%",
            "--out",
            statistics());
    assertThat(both.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(both.err()).contains("--sequential is for the text encoder");
    assertThat(temp).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({
    "text, --steps=3, 'is for the U-Net, not for the text encoder'",
    "text, --text-states=each-text-once, 'is for the U-Net, not for the text encoder'",
    "unet, --without-padding, 'is for the text encoder, not for the U-Net'",
    "text, --pattern=2:4, is of no use without --sequential or --packages",
    "text, --option=damping=0.1, is of no use without --sequential or --packages",
    "unet, --allocation=owl, is of no use without --sequential or --packages",
    "unet, --package-method=wanda, is of no use without --packages",
  })
  void optionsThatWouldBePassedOverAreRefused(String component, String option, String reason) {
    Run run =
        Cli.run(
            "calibrate",
            Checkpoints.f32(),
            "--component",
            component,
            "--limit=1",
            option,
            "--out",
            statistics());
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains(option.substring(0, (option + "=").indexOf('=')) + " " + reason);
    assertThat(temp).isEmptyDirectory();
  }

  /** A list that misses an option would let it be passed over. */
  @Test
  void everyOptionOfSamplingIsKnown() {
    CommandSpec sampling = CommandSpec.forAnnotatedObject(new UnetSamplingOptions());
    assertThat(sampling.options().stream().map(OptionSpec::longestName))
        .containsExactlyInAnyOrderElementsOf(UnetSamplingOptions.NAMES);
  }
}
