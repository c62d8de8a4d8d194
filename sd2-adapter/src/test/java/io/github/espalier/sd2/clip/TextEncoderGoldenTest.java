package io.github.espalier.sd2.clip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.architecture.TextEncoderConfig;
import io.github.espalier.sd2.nn.Closeness;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FormulaParameters;
import io.github.espalier.sd2.nn.ModelRun;
import io.github.espalier.sd2.nn.Recording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole small encoders against transformers in binary64. */
class TextEncoderGoldenTest {
  private static final double TOLERANCE = 1e-5;

  static Stream<ModelRun> runs() {
    return ModelRun.of("text-");
  }

  static List<int[]> ids(JsonNode rows) {
    List<int[]> ids = new ArrayList<>();
    for (JsonNode row : rows) {
      int[] text = new int[row.size()];
      for (int i = 0; i < text.length; i++) {
        text[i] = row.get(i).intValue();
      }
      ids.add(text);
    }
    return ids;
  }

  @ParameterizedTest
  @MethodSource("runs")
  void agreesWithTransformers(ModelRun run) throws IOException {
    TextEncoderConfig config = TextEncoderConfig.read(run.config());
    Recording recording = new Recording();
    try (FormulaParameters parameters = new FormulaParameters();
        Compute compute = Compute.withThreads(2)) {
      ClipTextEncoder encoder = ClipTextEncoder.load(config, parameters);
      FloatMatrix states = encoder.forward(compute.withTap(recording), ids(run.argument("ids")));
      assertThat(compute.workspace().lent()).isEqualTo(1);
      Closeness.assertClose(run + " final", states.toArray(), run.result("final"), TOLERANCE);
    }
    recording.assertOutput(run, "text_model.embeddings", run.result("hidden.0"), TOLERANCE);
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      recording.assertOutput(
          run, "text_model.encoder.layers." + i, run.result("hidden." + (i + 1)), TOLERANCE);
    }
    recording.assertInputs(run, TOLERANCE);
  }
}
