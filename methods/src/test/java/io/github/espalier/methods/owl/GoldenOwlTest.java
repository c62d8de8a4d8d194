package io.github.espalier.methods.owl;

import static io.github.espalier.methods.calibrated.GoldenAllocations.budget;
import static io.github.espalier.methods.calibrated.GoldenAllocations.counts;
import static io.github.espalier.methods.calibrated.GoldenAllocations.doubles;
import static io.github.espalier.methods.calibrated.GoldenAllocations.longs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.allocation.AllocationRule;
import io.github.espalier.core.allocation.BudgetShares;
import io.github.espalier.core.allocation.LayerGrouping;
import io.github.espalier.core.allocation.SparsityAllocation.WeightedLayer;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.methods.calibrated.GoldenAllocations;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against float64 results, and through these against the published code. */
class GoldenOwlTest {
  /** Both sides compute in binary64, from the same ratios of whole numbers. */
  private static final double TOLERANCE = 1e-12;

  private static final List<WeightedLayer> LAYERS = GoldenAllocations.owlLayers();

  static List<JsonNode> ratios() {
    return GoldenAllocations.entries("owl", "ratios");
  }

  static List<JsonNode> allocations() {
    return GoldenAllocations.entries("owl", "allocations");
  }

  static List<JsonNode> synthetic() {
    return GoldenAllocations.entries("owl", "synthetic");
  }

  private static LayerGrouping grouping(JsonNode entry) {
    return LayerGrouping.parse(entry.get("by").textValue());
  }

  private static List<List<Integer>> groups(JsonNode entry) {
    return grouping(entry).groups(LAYERS.stream().map(WeightedLayer::layer).toList());
  }

  @ParameterizedTest
  @MethodSource("ratios")
  void outlierRatios(JsonNode entry) throws IOException {
    double[] expected = doubles(entry, "ratios");
    List<List<Integer>> groups = groups(entry);
    assertThat(groups).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      List<WeightedLayer> group = groups.get(i).stream().map(LAYERS::get).toList();
      assertThat(OutlierRatio.of(group, entry.get("m").doubleValue()))
          .isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  @ParameterizedTest
  @MethodSource("allocations")
  void allocationsOfLayers(JsonNode entry) throws IOException {
    Owl owl =
        Owl.withDefaults()
            .with(grouping(entry))
            .withLambda(entry.get("lambda").doubleValue())
            .withOutliersAbove(entry.get("m").doubleValue());
    List<Sparsity> exact = owl.allocate(LAYERS, budget(entry));
    assertThat(counts(exact, LAYERS.stream().map(each -> each.layer().parameters())))
        .containsExactly(longs(entry, "counts"));

    double[] literal = doubles(entry, "literal");
    List<Sparsity> published = owl.with(AllocationRule.REFERENCE).allocate(LAYERS, budget(entry));
    List<List<Integer>> groups = groups(entry);
    for (int i = 0; i < literal.length; i++) {
      double expected = literal[i] <= 0 ? 0.01 : Math.min(1, literal[i]);
      for (int each : groups.get(i)) {
        assertThat(published.get(each).fraction()).isCloseTo(expected, within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("synthetic")
  void allocationsOfRatios(JsonNode entry) {
    double[] ratios = doubles(entry, "ratios");
    long[] sizes = longs(entry, "sizes");
    double lambda = entry.get("lambda").doubleValue();
    Sparsity budget = budget(entry);
    double[] exact = Owl.exact(ratios, sizes, lambda, budget);

    assertThat(exact).containsExactly(doubles(entry, "exact"), within(TOLERANCE));
    assertThat(counts(BudgetShares.counted(exact, sizes, budget), Arrays.stream(sizes).boxed()))
        .containsExactly(longs(entry, "counts"));
    double[] published = Owl.published(ratios, lambda, budget);
    if (entry.get("literal").isNull()) {
      assertThat(published).containsOnly(budget.fraction());
    } else {
      assertThat(published).containsExactly(doubles(entry, "literal"), within(TOLERANCE));
    }
  }
}
