package io.github.espalier.sd2.pipeline;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.scheduler.PredictionType;
import io.github.espalier.sd2.scheduler.SchedulerConfig;
import io.github.espalier.sd2.scheduler.SchedulerKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs of diffusers' pipeline, made by {@code make_e2e_golden.py}. */
final class GoldenRuns {
  private static final String FOLDER = "/io/github/espalier/sd2/";

  private GoldenRuns() {}

  /** One run: what was asked for, and where its tensors are. */
  record Run(JsonNode json) {
    String name() {
      return json.path("case").asText();
    }

    Path checkpoint() {
      return resource("checkpoint/" + json.path("checkpoint").asText());
    }

    List<ImageRequest> requests() {
      List<ImageRequest> requests = new ArrayList<>();
      for (int i = 0; i < json.path("prompts").size(); i++) {
        requests.add(
            new ImageRequest(
                json.path("prompts").path(i).asText(),
                json.path("negative").path(i).asText(""),
                json.path("seeds").path(i).asLong()));
      }
      return requests;
    }

    GenerationSettings settings() throws IOException {
      SchedulerKind kind =
          Arrays.stream(SchedulerKind.values())
              .filter(each -> each.className().equals(json.path("scheduler").asText()))
              .findFirst()
              .orElseThrow();
      PredictionType prediction =
          Arrays.stream(PredictionType.values())
              .filter(each -> each.configName().equals(json.path("prediction").asText()))
              .findFirst()
              .orElseThrow();
      SchedulerConfig scheduler =
          SchedulerConfig.read(checkpoint().resolve("scheduler/scheduler_config.json"), kind)
              .withPredictionType(prediction);
      return GenerationSettings.withDefaults()
          .withSteps(json.path("steps").asInt())
          .withGuidanceScale(json.path("guidance").asDouble())
          .withEta(json.path("eta").asDouble())
          .withSize(json.path("height").asInt(), json.path("width").asInt())
          .withScheduler(scheduler);
    }

    int calls() {
      return json.path("timesteps").size();
    }

    /** The images of all requests, one after another. */
    byte[] images() throws IOException {
      try (SafetensorsFile file = SafetensorsFile.open(resource("nn/e2e/e2e-golden.safetensors"))) {
        TensorData data = file.tensor(name() + "/image");
        ByteBuffer bytes =
            ByteBuffer.allocateDirect(Math.toIntExact(data.byteSize()))
                .order(ByteOrder.LITTLE_ENDIAN);
        data.read(0, bytes);
        byte[] array = new byte[bytes.capacity()];
        bytes.get(0, array);
        return array;
      }
    }

    @Override
    public String toString() {
      return name();
    }
  }

  static List<Run> all() {
    try (InputStream in =
        requireNonNull(GoldenRuns.class.getResourceAsStream(FOLDER + "nn/e2e/e2e-golden.json"))) {
      List<Run> runs = new ArrayList<>();
      new ObjectMapper().readTree(in).path("cases").forEach(each -> runs.add(new Run(each)));
      return runs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Run named(String name) {
    return all().stream().filter(run -> run.name().equals(name)).findFirst().orElseThrow();
  }

  static Path resource(String name) {
    try {
      return Path.of(requireNonNull(GoldenRuns.class.getResource(FOLDER + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
