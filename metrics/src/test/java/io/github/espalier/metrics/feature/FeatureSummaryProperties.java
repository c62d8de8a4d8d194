package io.github.espalier.metrics.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.TensorScope;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class FeatureSummaryProperties {
  private static double[][] rows(int count, int width, double offset, Random random) {
    double[][] rows = new double[count][width];
    for (double[] row : rows) {
      for (int j = 0; j < width; j++) {
        row[j] = offset + random.nextGaussian() * (1 + j);
      }
    }
    return rows;
  }

  private static FeatureSummary summary(List<double[]> rows, int width) {
    FeatureAccumulator accumulator = new FeatureAccumulator(width);
    rows.forEach(accumulator::add);
    return accumulator.snapshot();
  }

  /** Relative to the larger of the two variances, as covariances may be near zero. */
  private static void assertClose(FeatureSummary actual, FeatureSummary expected, double relative) {
    assertThat(actual.count()).isEqualTo(expected.count());
    for (int i = 0; i < actual.width(); i++) {
      double deviation = Math.sqrt(expected.scatter(i, i) / expected.count());
      assertThat(actual.mean()[i])
          .isCloseTo(
              expected.mean()[i],
              within(relative * (Math.abs(expected.mean()[i]) + deviation) + Double.MIN_VALUE));
      for (int j = 0; j < actual.width(); j++) {
        double size = Math.sqrt(expected.scatter(i, i) * expected.scatter(j, j));
        assertThat(actual.scatter(i, j))
            .isCloseTo(expected.scatter(i, j), within(relative * size + Double.MIN_VALUE));
      }
    }
  }

  @Property(seed = "50101", tries = 60)
  void mergesOfAnyPartitionAgree(
      @ForAll @IntRange(min = 1, max = 300) int count,
      @ForAll @IntRange(min = 1, max = 8) int width,
      @ForAll @IntRange(min = 1, max = 20) int parts,
      @ForAll @DoubleRange(min = -1e3, max = 1e3) double offset,
      @ForAll long seed) {
    Random random = new Random(seed);
    List<double[]> all = new ArrayList<>(List.of(rows(count, width, offset, random)));
    FeatureSummary whole = summary(all, width);

    List<List<double[]>> dealt = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      dealt.add(new ArrayList<>());
    }
    for (double[] row : all) {
      dealt.get(random.nextInt(parts)).add(row);
    }
    List<FeatureSummary> summaries = new ArrayList<>();
    dealt.forEach(each -> summaries.add(summary(each, width)));
    while (summaries.size() > 1) {
      Collections.shuffle(summaries, random);
      FeatureSummary first = summaries.remove(summaries.size() - 1);
      summaries.set(0, summaries.get(0).merge(first));
    }
    assertClose(summaries.get(0), whole, 1e-10);
  }

  /** Against sums in exact decimal arithmetic, with a mean a million times the deviation. */
  @Property(seed = "50102", tries = 20)
  void largeMeansDoNoHarm(@ForAll @IntRange(min = 2, max = 60) int count, @ForAll long seed) {
    double[][] rows = rows(count, 1, 1e6, new Random(seed));
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal squares = BigDecimal.ZERO;
    for (double[] row : rows) {
      BigDecimal value = new BigDecimal(row[0]);
      sum = sum.add(value);
      squares = squares.add(value.multiply(value));
    }
    BigDecimal times = BigDecimal.valueOf(count);
    double expected = squares.multiply(times).subtract(sum.multiply(sum)).doubleValue() / count;

    FeatureSummary found = summary(List.of(rows), 1);

    // The sum of squares about a mean that is off by 1e6 times 2^-53 is off by the square of that.
    assertThat(found.scatter(0, 0)).isCloseTo(expected, within(1e-12 * expected + 1e-18));
  }

  /** With more rows than a block has. */
  @Property(seed = "50103", tries = 10)
  void chunksChangeNoBit(
      @ForAll @IntRange(min = 1, max = 9000) int count,
      @ForAll @IntRange(min = 1, max = 5000) int most,
      @ForAll long seed) {
    Random random = new Random(seed);
    FeatureAccumulator single = new FeatureAccumulator(3);
    FeatureAccumulator chunked = new FeatureAccumulator(3);
    FeatureSet.Collector collector = new FeatureSet.Collector(3, count);
    try (TensorScope scope = new TensorScope()) {
      FloatMatrix rows = FloatMatrix.of(scope.zeros(count, 3));
      for (int i = 0; i < count; i++) {
        float[] row = {random.nextFloat(), 7 + random.nextFloat(), (float) random.nextGaussian()};
        rows.put(i, 0, row, 0, 3);
        single.add(row[0], row[1], row[2]);
      }
      for (int from = 0; from < count; ) {
        int length = Math.min(count - from, 1 + random.nextInt(most));
        chunked.add(rows.rows(from, length));
        collector.add(rows.rows(from, length));
        from += length;
      }
    }
    FeatureSummary expected = single.snapshot();
    assertSameBits(chunked.snapshot(), expected);
    assertSameBits(collector.snapshot().summary(), expected);
  }

  private static void assertSameBits(FeatureSummary actual, FeatureSummary expected) {
    assertThat(actual.count()).isEqualTo(expected.count());
    assertThat(actual.mean()).isEqualTo(expected.mean());
    for (int i = 0; i < expected.width(); i++) {
      for (int j = 0; j < expected.width(); j++) {
        assertThat(actual.scatter(i, j)).isEqualTo(expected.scatter(i, j));
      }
    }
  }
}
