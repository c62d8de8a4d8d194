package io.github.espalier.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.espalier.examples.bench.UnetBenchmark;
import io.github.espalier.examples.bench.UnetBenchmarkResult;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier bench unet}. */
@Command(
    name = "unet",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Takes the time of the U-Net's forward pass, and of the text encoder's and the decoder's.",
      "",
      "All three are in memory as 32-bit numbers, whatever the checkpoint has. Their values do not"
          + " matter: a checkpoint made by 'espalier synthesize' will do.",
      "",
    })
@SuppressWarnings("NullAway.Init")
final class BenchUnetCommand implements Callable<Integer> {
  private static final String OWN_TYPE = "float32";

  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(
      paramLabel = "CHECKPOINT",
      description = "A diffusers folder, or an original single file (.safetensors).")
  Path source;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "64",
      description = "Side of the latents (default: ${DEFAULT-VALUE}, for images of 512 pixels).")
  int size;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "2",
      description = "Samples (default: ${DEFAULT-VALUE}, one image with guidance).")
  int batch;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each network is timed (default: ${DEFAULT-VALUE}).")
  int runs;

  @Mixin ThreadsOption threads;

  @Option(
      names = "--pytorch",
      paramLabel = "SECONDS|FILE",
      description = {
        "What PyTorch takes for the same pass on this machine, for the ratio: seconds, or the file"
            + " with the line that bench_unet.py printed."
      })
  Optional<String> pytorch = Optional.empty();

  @Mixin BenchOutput output;

  BenchUnetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    output.requirePositive("--size", size);
    output.requirePositive("--batch", batch);
    output.requirePositive("--runs", runs);
    Double baseline = pytorch.isEmpty() ? null : pytorchSeconds(pytorch.get());
    UnetBenchmarkResult result =
        new UnetBenchmark(source, batch, size, threads.count, runs)
            .run(baseline, session.cancellation(), output.status());
    output.print(result, UnetBenchmarkText.write(result));
    return ExitStatus.OK;
  }

  private @Nullable Double pytorchSeconds(String value) throws IOException {
    try {
      return positive(Double.parseDouble(value));
    } catch (NumberFormatException e) {
      Path file = Path.of(value);
      if (!Files.isRegularFile(file)) {
        throw new ParameterException(
            spec.commandLine(), "--pytorch " + value + " is neither a number nor a file", e);
      }
      return fromFile(file);
    }
  }

  private double fromFile(Path file) throws IOException {
    JsonNode result;
    try {
      result = new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException | CharConversionException e) {
      throw notATiming(file, e);
    }
    if (!result.path("median").isNumber()) {
      throw notATiming(file, null);
    }
    checkSame(file, result, "size", IntNode.valueOf(size), "--size is " + size);
    checkSame(file, result, "batch", IntNode.valueOf(batch), "--batch is " + batch);
    checkSame(
        file, result, "threads", IntNode.valueOf(threads.count), "--threads is " + threads.count);
    checkSame(
        file, result, "dtype", TextNode.valueOf(OWN_TYPE), "Espalier computes in " + OWN_TYPE);
    return positive(result.path("median").asDouble());
  }

  private ParameterException notATiming(Path file, @Nullable IOException cause) {
    return new ParameterException(
        spec.commandLine(), "--pytorch: " + file + " is not what bench_unet.py printed", cause);
  }

  private void checkSame(Path file, JsonNode result, String name, JsonNode own, String here) {
    JsonNode there = result.path(name);
    if (!there.isMissingNode() && !there.equals(own)) {
      throw new ParameterException(
          spec.commandLine(),
          "--pytorch: "
              + file
              + " was measured with "
              + name
              + " "
              + there.asText()
              + ", but "
              + here);
    }
  }

  private double positive(double seconds) {
    if (!(seconds > 0) || Double.isInfinite(seconds)) {
      throw new ParameterException(
          spec.commandLine(), "--pytorch: expected seconds above 0, found " + seconds);
    }
    return seconds;
  }
}
