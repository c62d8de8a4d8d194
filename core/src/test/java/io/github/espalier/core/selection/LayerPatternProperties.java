package io.github.espalier.core.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.sparsity.SparsityPattern;
import java.io.IOException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class LayerPatternProperties {
  @Provide
  Arbitrary<Sample> layers() {
    return Samples.any();
  }

  @Provide
  Arbitrary<Integer> thousandths() {
    return Samples.thousandths();
  }

  @Provide
  Arbitrary<SelectionRule> rules() {
    return Arbitraries.of(SelectionRule.class);
  }

  private static Mask select(Sample layer, int thousandths, SelectionRule rule) throws IOException {
    return Selector.select(layer.keys(), Samples.sparsity(thousandths), SparsityPattern.LAYER, rule)
        .mask();
  }

  @Property(tries = 3000, seed = "11")
  void prunesExactlyTheNearestCount(
      @ForAll("layers") Sample layer, @ForAll("thousandths") int thousandths) throws IOException {
    Mask mask = select(layer, thousandths, SelectionRule.EXACT);

    assertThat(mask.shape()).isEqualTo(layer.shape());
    assertThat(mask.prunedCount()).isEqualTo(Samples.count(thousandths, layer.size()));
  }

  @Property(tries = 3000, seed = "12")
  void agreesWithSortingByMagnitudeAndIndex(
      @ForAll("layers") Sample layer, @ForAll("thousandths") int thousandths) throws IOException {
    int count = Samples.count(thousandths, layer.size());

    assertThat(select(layer, thousandths, SelectionRule.EXACT))
        .isEqualTo(Oracle.mask(layer.shape(), Oracle.layer(layer.magnitudes(), count)));
  }

  @Property(tries = 2000, seed = "13")
  void noPrunedWeightIsLargerThanAKeptOne(
      @ForAll("layers") Sample layer,
      @ForAll("thousandths") int thousandths,
      @ForAll("rules") SelectionRule rule)
      throws IOException {
    Mask mask = select(layer, thousandths, rule);

    double largestPruned = 0;
    double smallestKept = Double.POSITIVE_INFINITY;
    double[] magnitudes = layer.magnitudes();
    for (int i = 0; i < magnitudes.length; i++) {
      if (mask.isKept(i)) {
        smallestKept = Math.min(smallestKept, magnitudes[i]);
      } else {
        largestPruned = Math.max(largestPruned, magnitudes[i]);
      }
    }
    assertThat(largestPruned).isLessThanOrEqualTo(smallestKept);
  }

  @Property(tries = 2000, seed = "14")
  void masksNestAsSparsityGrows(
      @ForAll("layers") Sample layer,
      @ForAll("thousandths") int one,
      @ForAll("thousandths") int other,
      @ForAll("rules") SelectionRule rule)
      throws IOException {
    Mask fewer = select(layer, Math.min(one, other), rule);
    Mask more = select(layer, Math.max(one, other), rule);

    assertThat(fewer.and(more)).isEqualTo(more);
  }

  @Property(tries = 2000, seed = "15")
  void pruningAgainChangesNothing(
      @ForAll("layers") Sample layer,
      @ForAll("thousandths") int thousandths,
      @ForAll("rules") SelectionRule rule)
      throws IOException {
    Sample once = layer.pruned(select(layer, thousandths, rule));
    Sample twice = once.pruned(select(once, thousandths, rule));

    assertThat(twice).isEqualTo(once);
  }

  @Property(tries = 2000, seed = "16")
  void energyIsTheSumOfSquaresWhereOneDigitHoldsTheKey(
      @ForAll("layers") Sample layer, @ForAll("thousandths") int thousandths) throws IOException {
    Selection selection =
        Selector.select(
            layer.keys(),
            Samples.sparsity(thousandths),
            SparsityPattern.LAYER,
            SelectionRule.EXACT);

    if (layer.dtype().bytes() > 2) {
      assertThat(selection.energy()).isEmpty();
      return;
    }
    double kept = 0;
    double pruned = 0;
    double[] magnitudes = layer.magnitudes();
    for (int i = 0; i < magnitudes.length; i++) {
      double square = magnitudes[i] * magnitudes[i];
      if (selection.mask().isKept(i)) {
        kept += square;
      } else {
        pruned += square;
      }
    }
    Energy energy = selection.energy().orElseThrow();
    // Sums of at most 200 non-negative terms in another order: each differs by at most 200 ulp.
    assertThat(energy.kept()).isCloseTo(kept, within(200 * Math.ulp(kept)));
    assertThat(energy.pruned()).isCloseTo(pruned, within(200 * Math.ulp(pruned)));
  }
}
