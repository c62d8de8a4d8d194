package io.github.espalier.metrics.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.metrics.feature.FeatureSet;
import io.github.espalier.metrics.random.NumpyChoice;
import org.junit.jupiter.api.Test;

class KernelTest {
  private static FeatureSet set(float[]... rows) {
    FeatureSet.Collector collector = new FeatureSet.Collector(rows[0].length, rows.length);
    for (float[] row : rows) {
      collector.add(row);
    }
    return collector.snapshot();
  }

  /** By hand: products 2 within the first, 0 within the second, 1 and 0 between. */
  @Test
  void kidOfTwoAndTwo() {
    FeatureSet first = set(new float[] {1, 1}, new float[] {1, 1});
    FeatureSet second = set(new float[] {1, 0}, new float[] {0, 0});
    double between = (1.5 * 1.5 * 1.5 + 1 + 1.5 * 1.5 * 1.5 + 1) / 4;
    assertThat(KernelInceptionDistance.ofAll(first, second)).isEqualTo(8 + 1 - 2 * between);
    KernelInceptionDistance.Result all =
        KernelInceptionDistance.withDefaults().withSubsets(3, 2).between(first, second);
    assertThat(all.mean()).isCloseTo(8 + 1 - 2 * between, within(1e-15));
    assertThat(all.deviation()).isCloseTo(0, within(1e-15));
  }

  /** What NumPy gives for RandomState(0).choice(10, 10, replace=False). */
  @Test
  void drawsAreThoseOfNumpy() {
    assertThat(new NumpyChoice(0).draw(10, 10)).containsExactly(2, 8, 4, 9, 1, 6, 7, 3, 0, 5);
  }

  @Test
  void cmmdOfTheSameAndOfOpposites() {
    FeatureSet one = set(new float[] {1, 0}, new float[] {0, 1});
    assertThat(ClipDiscrepancy.between(one, one)).isCloseTo(0, within(1e-12));
    double found = ClipDiscrepancy.between(set(new float[] {1, 0}), set(new float[] {-1, 0}));
    assertThat(found).isCloseTo(-2000 * Math.expm1(-4.0 / 200), within(1e-10));
  }

  @Test
  void badSetsAreRefused() {
    FeatureSet two = set(new float[] {2, 0});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClipDiscrepancy.between(two, two))
        .withMessage("embedding 0 has norm 2.0, but must have norm 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KernelInceptionDistance.withDefaults().between(two, two))
        .withMessage("subsets of 1000 cannot be drawn from 1 and 1 vectors");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KernelInceptionDistance.ofAll(two, two))
        .withMessage("there are 1 and 1 vectors: each needs at least 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KernelInceptionDistance.withDefaults().withSubsets(0, 2))
        .withMessage("0 subsets of 2: there must be at least 1 of at least 2");
  }
}
