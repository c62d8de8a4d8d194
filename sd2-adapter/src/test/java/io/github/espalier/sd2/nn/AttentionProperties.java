package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.nn.Attention.Mask;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;

/** Attention against sums in binary64. */
class AttentionProperties {
  private record Case(
      int samples, int heads, int width, int queries, int keys, float magnitude, Mask mask) {
    int columns() {
      return heads * width;
    }
  }

  @Property(seed = "20265", tries = 200)
  void ofShortSequences(
      @ForAll @IntRange(min = 1, max = 3) int samples,
      @ForAll @IntRange(min = 1, max = 4) int heads,
      @ForAll @IntRange(min = 1, max = 20) int width,
      @ForAll @IntRange(min = 1, max = 40) int queries,
      @ForAll @IntRange(min = 1, max = 40) int keys,
      @ForAll @FloatRange(min = 0, max = 30) float magnitude,
      @ForAll long seed) {
    check(new Case(samples, heads, width, queries, keys, magnitude, Mask.NONE), seed);
  }

  @Property(seed = "20266", tries = 100)
  void ofTexts(
      @ForAll @IntRange(min = 1, max = 3) int samples,
      @ForAll @IntRange(min = 1, max = 4) int heads,
      @ForAll @IntRange(min = 1, max = 80) int length,
      @ForAll @FloatRange(min = 0, max = 30) float magnitude,
      @ForAll long seed) {
    check(new Case(samples, heads, 8, length, length, magnitude, Mask.CAUSAL), seed);
  }

  /** Blocks have 256 queries and 512 keys; maxima grow from one to the next. */
  @Property(seed = "20267", tries = 25)
  void ofSeveralBlocks(
      @ForAll @IntRange(min = 1, max = 2) int heads,
      @ForAll @IntRange(min = 1, max = 600) int queries,
      @ForAll @IntRange(min = 500, max = 1600) int keys,
      @ForAll @FloatRange(min = 0, max = 60) float magnitude,
      @ForAll long seed) {
    check(new Case(2, heads, 5, queries, keys, magnitude, Mask.NONE), seed);
  }

  @Property(seed = "20268", tries = 15)
  void causalOfSeveralBlocks(
      @ForAll @IntRange(min = 250, max = 1200) int length,
      @ForAll @FloatRange(min = 0, max = 60) float magnitude,
      @ForAll long seed) {
    check(new Case(1, 2, 4, length, length, magnitude, Mask.CAUSAL), seed);
  }

  private static void check(Case c, long seed) {
    Random random = new Random(seed);
    double scale = 1 / Math.sqrt(c.width);
    try (Compute compute = Compute.withThreads(2)) {
      FloatMatrix queries = numbers(compute, c.samples * c.queries, c, c.magnitude, random);
      FloatMatrix keys = numbers(compute, c.samples * c.keys, c, c.magnitude, random);
      FloatMatrix values = numbers(compute, c.samples * c.keys, c, 1, random);
      FloatMatrix found =
          new Attention(c.samples, c.heads, scale, c.mask).forward(compute, queries, keys, values);

      assertThat(compute.workspace().lent()).as("matrices still lent").isEqualTo(4);
      Reference reference = new Reference(c, (float) scale, queries, keys, values);
      for (int head = 0; head < c.heads; head++) {
        for (int query = 0; query < c.samples * c.queries; query++) {
          reference.verify(query, head, found);
        }
      }
    }
  }

  private static FloatMatrix numbers(
      Compute compute, int rows, Case c, float magnitude, Random random) {
    float[] numbers = TestMaps.numbers(rows * c.columns(), random);
    VectorMath.scale(numbers, 0, numbers.length, magnitude);
    return TestMaps.matrix(compute, rows, c.columns(), numbers);
  }

  /** One query after the other. */
  private static final class Reference {
    private final Case c;
    private final double scale;
    private final float[] queries;
    private final float[] keys;
    private final float[] values;

    Reference(Case c, double scale, FloatMatrix queries, FloatMatrix keys, FloatMatrix values) {
      this.c = c;
      this.scale = scale;
      this.queries = queries.toArray();
      this.keys = keys.toArray();
      this.values = values.toArray();
    }

    /**
     * Weights are exponentials of scores, so their relative error is the scores' absolute one: a
     * product of the width's length, its factor and the subtraction of the maximum round by 2^-24
     * of its magnitudes. Each weight is then off by the exponential's 2e-7 and its argument's
     * rounding, both sums by a rounding for each key, and blocks are rescaled by factors with the
     * same errors. Values are at most 1, and errors of weights count in the sum and in the total.
     */
    void verify(int query, int head, FloatMatrix found) {
      int sample = query / c.queries;
      int seen = c.mask == Mask.CAUSAL ? query % c.queries + 1 : c.keys;
      double[] scores = new double[seen];
      double largest = 0;
      double maximum = Double.NEGATIVE_INFINITY;
      for (int key = 0; key < seen; key++) {
        double magnitudes = 0;
        for (int i = head * c.width; i < (head + 1) * c.width; i++) {
          double product =
              (double) queries[query * c.columns() + i]
                  * keys[(sample * c.keys + key) * c.columns() + i];
          scores[key] += scale * product;
          magnitudes += scale * Math.abs(product);
        }
        largest = Math.max(largest, magnitudes);
        maximum = Math.max(maximum, scores[key]);
      }
      double total = 0;
      double[] sums = new double[c.width];
      for (int key = 0; key < seen; key++) {
        double weight = Math.exp(scores[key] - maximum);
        total += weight;
        for (int i = 0; i < c.width; i++) {
          int column = head * c.width + i;
          sums[i] += weight * values[(sample * c.keys + key) * c.columns() + column];
        }
      }
      int blocks = (c.keys + 511) / 512;
      double score = 2 * (c.width + 4) * 0x1p-24 * largest;
      double bound = 2 * (score + (blocks + 1) * 2e-7 + (seen + 5) * 0x1p-24);
      for (int i = 0; i < c.width; i++) {
        double expected = sums[i] / total;
        assertThat(Math.abs(found.get(query, head * c.width + i) - expected))
            .as("query %d, head %d, column %d of %s", query, head, i, c)
            .isLessThanOrEqualTo(bound);
      }
    }
  }
}
