package io.github.espalier.methods.obsdiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.calibration.InputAccumulator;
import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.ConvolutionLayout;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.methods.calibrated.CalibratedLayer;
import io.github.espalier.methods.calibrated.GoldenAllocations;
import io.github.espalier.methods.calibrated.GoldenFile;
import io.github.espalier.methods.calibrated.GoldenLayer;
import io.github.espalier.methods.sparsegpt.BlockRule;
import io.github.espalier.methods.sparsegpt.SparseGpt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs that are weighed by their timestep, against float64 results and the published code. */
class GoldenObsDiffTest {
  private static final JsonNode ABOUT =
      GoldenFile.ALLOCATIONS.about().get("obsDiff").get("hessian");
  private static final GoldenLayer LAYER = new GoldenLayer(ABOUT);

  private final TensorScope scope = new TensorScope();

  @AfterEach
  void free() {
    scope.close();
  }

  /** The samples in order, a batch of them at each timestep. */
  private InputStatistics statistics() {
    float[] input = LAYER.input();
    int tokens = input.length / LAYER.samples() / LAYER.columns();
    FloatMatrix rows =
        FloatMatrix.of(scope.matrix((long) LAYER.samples() * tokens, LAYER.columns(), input));
    int batch = ABOUT.get("batch").intValue();
    double[] weights = GoldenAllocations.doubles(ABOUT, "weights");
    try (InputAccumulator sums =
        new InputAccumulator(LAYER.columns(), StatisticsNeed.GRAM, TaskRunner.CALLER)) {
      for (int step = 0; step < weights.length; step++) {
        sums.add(rows.rows(step * batch * tokens, batch * tokens), batch, weights[step]);
      }
      return sums.snapshot(scope);
    }
  }

  @Test
  void theHessianIsWeighed() {
    InputStatistics found = statistics();
    double[] expected = GoldenFile.ALLOCATIONS.values("obs-diff/hessian");
    int columns = LAYER.columns();
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j < columns; j++) {
        double value = 2 / found.sampleWeight() * found.gram().orElseThrow().get(i, j);
        // Inputs are rounded to binary32 once they are weighed, and so are sums of 120 products.
        double norm = Math.sqrt(expected[i * columns + i] * expected[j * columns + j]);
        assertThat(value).isCloseTo(expected[i * columns + j], within(1e-6 * norm));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exact-block/0.5", "reference-block/0.5", "group/2:4"})
  void masksAndWeights(String id) throws IOException {
    SparsityPattern pattern = id.startsWith("group") ? new Grouped(2, 4) : SparsityPattern.LAYER;
    BlockRule rule = id.startsWith("reference") ? BlockRule.REFERENCE : BlockRule.EXACT;
    ObsDiff method = ObsDiff.with(SparseGpt.withDefaults().with(rule));
    LayerContext plain = CalibratedLayer.of(LAYER).context(Sparsity.of(0.5), pattern, scope);
    InputStatistics statistics = statistics();
    Outcome.Updated found =
        (Outcome.Updated)
            method.prune(
                new LayerContext(
                    plain.layer(),
                    plain.data(),
                    plain.sparsity(),
                    pattern,
                    (any, owner) -> Optional.of(statistics),
                    scope));

    assertGolden(found, "obs-diff/" + id);
  }

  private static void assertGolden(Outcome.Updated found, String name) {
    assertThat(CalibratedLayer.pruned(found.mask()))
        .isEqualTo(GoldenFile.ALLOCATIONS.mask(name + "/mask"));
    double[] expected = GoldenFile.ALLOCATIONS.values(name + "/weights");
    float[] weights = FloatMatrix.of(found.weights()).toArray();
    double largest = 0;
    for (double each : expected) {
      largest = Math.max(largest, Math.abs(each));
    }
    for (int i = 0; i < expected.length; i++) {
      // The factor and the weights are rounded to binary32, as in the golden cases of SparseGPT.
      assertThat((double) weights[i]).isCloseTo(expected[i], within(5e-5 * largest));
    }
  }

  private static SparsityPattern groups(String text) {
    Grouped parsed = (Grouped) SparsityPattern.parse(text);
    return parsed.with(ConvolutionLayout.FLATTENED);
  }

  static List<Arguments> moreLayers() {
    List<Arguments> all = new ArrayList<>();
    for (JsonNode about : GoldenFile.ALLOCATIONS.about().get("obsDiff").get("layers")) {
      about.get("results").forEach(run -> all.add(Arguments.of(about, run.get("id").asText())));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("moreLayers")
  void masksAndWeightsOfMoreLayers(JsonNode about, String id) throws IOException {
    GoldenLayer layer = new GoldenLayer(about);
    double[] gram = GoldenFile.ALLOCATIONS.values(layer.name() + "/hessian").clone();
    for (int i = 0; i < gram.length; i++) {
      gram[i] *= layer.samples() / 2.0;
    }
    CalibratedLayer plain = CalibratedLayer.of(layer);
    CalibratedLayer weighed =
        new CalibratedLayer(plain.shape(), plain.weights(), gram, plain.samples());
    String value = id.substring(id.indexOf('/') + 1);
    boolean groups = id.startsWith("group");
    SparsityPattern pattern = groups ? groups(value) : SparsityPattern.LAYER;
    Sparsity sparsity = groups ? Sparsity.of(0.5) : Sparsity.parse(value);
    BlockRule rule = id.startsWith("reference") ? BlockRule.REFERENCE : BlockRule.EXACT;
    ObsDiff method = ObsDiff.with(SparseGpt.withDefaults().with(rule));

    Outcome found = method.prune(weighed.context(sparsity, pattern, scope));
    assertGolden((Outcome.Updated) found, layer.name() + "/" + id);
  }
}
