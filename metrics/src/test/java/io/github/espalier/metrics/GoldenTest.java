package io.github.espalier.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.metrics.feature.FeatureSet;
import io.github.espalier.metrics.frechet.FrechetDistance;
import io.github.espalier.metrics.kernel.ClipDiscrepancy;
import io.github.espalier.metrics.kernel.KernelInceptionDistance;
import io.github.espalier.metrics.manifold.PrecisionRecall;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against torch-fidelity, SciPy and NumPy; see make_metrics_golden.py. */
class GoldenTest {
  static List<JsonNode> cases() throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(GoldenTest.class.getResourceAsStream("metrics-golden.json"))) {
      List<JsonNode> cases = new ArrayList<>();
      new ObjectMapper().readTree(stream).get("cases").forEach(cases::add);
      assertThat(cases).hasSize(4);
      return cases;
    }
  }

  private static FeatureSet first(JsonNode each) {
    return Features.of(each.get("first").asInt(), each.get("width").asInt(), 0, 0);
  }

  private static FeatureSet second(JsonNode each) {
    return Features.of(
        each.get("second").asInt(), each.get("width").asInt(), 0.5, each.get("shift").asDouble());
  }

  /** Both are binary64; what remains is the cancellation of traces against their root. */
  @ParameterizedTest
  @MethodSource("cases")
  void frechet(JsonNode each) {
    double expected = each.get("frechet").asDouble();
    double found =
        FrechetDistance.between(first(each).summary().moments(), second(each).summary().moments())
            .value();
    assertThat(found / expected).isCloseTo(1, within(1e-10));
    if (!each.get("frechetSqrtm").isNull()) {
      assertThat(found / each.get("frechetSqrtm").asDouble()).isCloseTo(1, within(1e-8));
    }
  }

  /** With the same draws; both are binary64, and kernels are about 1. */
  @ParameterizedTest
  @MethodSource("cases")
  void kid(JsonNode each) {
    KernelInceptionDistance.Result found =
        KernelInceptionDistance.withDefaults()
            .withSubsets(each.get("subsets").asInt(), each.get("size").asInt())
            .between(first(each), second(each));
    assertThat(found.mean()).isCloseTo(each.get("kidMean").asDouble(), within(1e-11));
    assertThat(found.deviation()).isCloseTo(each.get("kidDeviation").asDouble(), within(1e-11));
  }

  /** A thousand times a difference of numbers about 1. */
  @ParameterizedTest
  @MethodSource("cases")
  void cmmd(JsonNode each) {
    double found = ClipDiscrepancy.between(first(each).normalised(), second(each).normalised());
    // A sine of another library may round a feature to another binary32 number.
    assertThat(found).isCloseTo(each.get("cmmd").asDouble(), within(1e-7));
  }

  /** Counts are equal; torch takes their mean in binary32. */
  @ParameterizedTest
  @MethodSource("cases")
  void precisionAndRecall(JsonNode each) {
    PrecisionRecall found = PrecisionRecall.of(first(each), second(each));
    assertThat(found.precision()).isCloseTo(each.get("precision").asDouble(), within(1e-7));
    assertThat(found.recall()).isCloseTo(each.get("recall").asDouble(), within(1e-7));
  }
}
