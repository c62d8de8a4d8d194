package io.github.espalier.methods.alpha;

import static io.github.espalier.methods.calibrated.GoldenAllocations.budget;
import static io.github.espalier.methods.calibrated.GoldenAllocations.counts;
import static io.github.espalier.methods.calibrated.GoldenAllocations.doubles;
import static io.github.espalier.methods.calibrated.GoldenAllocations.longs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.allocation.AllocationRule;
import io.github.espalier.core.allocation.LayerGrouping;
import io.github.espalier.core.allocation.SparsityAllocation.WeightedLayer;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.methods.calibrated.GoldenAllocations;
import io.github.espalier.methods.calibrated.GoldenFile;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Against float64 results, and through these against the published code. */
class GoldenAlphaPruningTest {
  /**
   * Golden values are of singular values, ours of eigenvalues of Gram matrices: these are off by
   * about 1e-15 times the largest, the smallest here are about 1e-6 of it.
   */
  private static final double TOLERANCE = 1e-8;

  private static final int LINEAR = 10;

  private static final List<WeightedLayer> LAYERS = GoldenAllocations.alphaLayers();

  static List<JsonNode> allocations() {
    return GoldenAllocations.entries("alphaPruning", "allocations");
  }

  @ParameterizedTest
  @EnumSource
  void exponents(Tail tail) throws IOException {
    JsonNode about = GoldenFile.ALLOCATIONS.about().get("alphaPruning").get("exponents");
    double[] expected = doubles(about, tail == Tail.MEDIAN ? "mid" : "peak");
    assertThat(LAYERS).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(PowerLaw.exponent(LayerSpectrum.of(LAYERS.get(i)), tail))
          .as(LAYERS.get(i).layer().name())
          .isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  @ParameterizedTest
  @MethodSource("allocations")
  void allocationsOfLayers(JsonNode entry) throws IOException {
    String by = entry.get("by").textValue();
    List<WeightedLayer> layers = by.equals("all") ? LAYERS : LAYERS.subList(0, LINEAR);
    LayerGrouping grouping = by.equals("block") ? LayerGrouping.BLOCK : LayerGrouping.LAYER;
    AlphaPruning alpha =
        AlphaPruning.withDefaults().with(grouping).withEpsilon(entry.get("epsilon").doubleValue());
    List<Sparsity> exact = alpha.allocate(layers, budget(entry));
    assertThat(counts(exact, layers.stream().map(each -> each.layer().parameters())))
        .containsExactly(longs(entry, "counts"));

    double[] literal = doubles(entry, "literal");
    List<Sparsity> published = alpha.with(AllocationRule.REFERENCE).allocate(layers, budget(entry));
    for (int i = 0; i < layers.size(); i++) {
      double expected = Math.min(1, literal[literal.length == layers.size() ? i : i / 2]);
      assertThat(published.get(i).fraction()).isCloseTo(expected, within(TOLERANCE));
    }
  }
}
