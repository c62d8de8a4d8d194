package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.MatrixProducts.Use;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;

/** Products of views against sums in binary64, by OpenBLAS and by ND4J. */
class MatrixProductsProperties {
  private static final int MARGIN = 3;

  /**
   * A sum of k products rounds at most k times, its factor, that of the old value and their sum
   * once each, and second-order terms are less than one more (Higham, Accuracy and Stability of
   * Numerical Algorithms, 3.1).
   */
  private static double bound(int k, double magnitudes) {
    return (k + 4) * 0x1p-24 * magnitudes;
  }

  @Property(seed = "20261", tries = 400)
  void viewsOfAnyShape(
      @ForAll @IntRange(min = 0, max = 40) int m,
      @ForAll @IntRange(min = 0, max = 40) int n,
      @ForAll @IntRange(min = 0, max = 40) int k,
      @ForAll Use useOfA,
      @ForAll Use useOfB,
      @ForAll @FloatRange(min = -3, max = 3) float alpha,
      @ForAll @FloatRange(min = -1, max = 1) float beta,
      @ForAll @IntRange(min = 0, max = MARGIN) int margin,
      @ForAll long seed) {
    check(new Product(m, n, k, useOfA, useOfB, alpha, beta), margin, seed);
  }

  /** Sizes beyond the blocks that OpenBLAS cuts a product into. */
  @Property(seed = "20262", tries = 25)
  void largerViews(
      @ForAll @IntRange(min = 1, max = 300) int m,
      @ForAll @IntRange(min = 1, max = 300) int n,
      @ForAll @IntRange(min = 300, max = 900) int k,
      @ForAll Use useOfA,
      @ForAll Use useOfB,
      @ForAll @FloatRange(min = -3, max = 3) float alpha,
      @ForAll long seed) {
    check(new Product(m, n, k, useOfA, useOfB, alpha, 1f), MARGIN, seed);
  }

  private static void check(Product product, int margin, long seed) {
    Random random = new Random(seed);
    try (Workspace workspace = new Workspace()) {
      boolean turnA = product.useOfA == Use.TRANSPOSED;
      boolean turnB = product.useOfB == Use.TRANSPOSED;
      FloatMatrix a = view(workspace, product.m, product.k, turnA, margin, random);
      FloatMatrix b = view(workspace, product.k, product.n, turnB, margin, random);
      FloatMatrix whole =
          Matrices.random(workspace, product.m + 2 * margin, product.n + 2 * margin, random);
      FloatMatrix result = Matrices.inner(whole, margin);
      float[] before = whole.toArray();
      float[] old = result.toArray();

      product.run(a, b, result);
      product.verify(a, b, old, result.toArray());
      assertThat(around(whole, result))
          .as("elements around the result")
          .isEqualTo(without(before, whole, result));

      if (product.m > 0 && product.n > 0 && product.k > 0) {
        whole.put(0, 0, before, 0, before.length);
        MatrixProducts.multiplyByNd4j(product.alpha, a, turnA, b, turnB, product.beta, result);
        product.verify(a, b, old, result.toArray());
        assertThat(around(whole, result)).isEqualTo(without(before, whole, result));
      }
    }
  }

  private static FloatMatrix view(
      Workspace workspace, int rows, int columns, boolean turn, int margin, Random random) {
    int height = turn ? columns : rows;
    int width = turn ? rows : columns;
    return Matrices.inner(
        Matrices.random(workspace, height + 2 * margin, width + 2 * margin, random), margin);
  }

  private static float[] around(FloatMatrix whole, FloatMatrix inner) {
    return without(whole.toArray(), whole, inner);
  }

  /** The elements with those of the inner matrix set to zero. */
  private static float[] without(float[] values, FloatMatrix whole, FloatMatrix inner) {
    int margin = (whole.rows() - inner.rows()) / 2;
    float[] outer = values.clone();
    for (int i = margin; i < whole.rows() - margin; i++) {
      for (int j = margin; j < whole.columns() - margin; j++) {
        outer[i * whole.columns() + j] = 0;
      }
    }
    return outer;
  }

  private record Product(int m, int n, int k, Use useOfA, Use useOfB, float alpha, float beta) {
    void run(FloatMatrix a, FloatMatrix b, FloatMatrix result) {
      MatrixProducts.multiply(alpha, a, useOfA, b, useOfB, beta, result);
    }

    void verify(FloatMatrix a, FloatMatrix b, float[] old, float[] found) {
      float[] left = a.toArray();
      float[] right = b.toArray();
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = 0;
          double magnitudes = 0;
          for (int l = 0; l < k; l++) {
            double x = useOfA == Use.TRANSPOSED ? left[l * m + i] : left[i * k + l];
            double y = useOfB == Use.TRANSPOSED ? right[j * k + l] : right[l * n + j];
            sum += x * y;
            magnitudes += Math.abs(x * y);
          }
          double last = (double) beta * old[i * n + j];
          double expected = alpha * sum + last;
          double allowed = bound(k, Math.abs(alpha) * magnitudes + Math.abs(last));
          assertThat(Math.abs(found[i * n + j] - expected))
              .as("element %d, %d of %s", i, j, this)
              .isLessThanOrEqualTo(allowed + Float.MIN_VALUE);
        }
      }
    }
  }
}
