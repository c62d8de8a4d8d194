package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorMathTest {
  /** What the Javadoc of {@link VectorMath#exp} says. */
  private static final double EXP_ERROR = 2e-7;

  private static float[] grid(float from, float to, int count) {
    float[] grid = new float[count];
    for (int i = 0; i < count; i++) {
      grid[i] = (float) (from + ((double) to - from) * i / (count - 1));
    }
    return grid;
  }

  private interface Function {
    void apply(float[] x, int count);
  }

  private static float[] inBlocks(Function function, float... x) {
    float[] y = new float[x.length];
    for (int from = 0; from < x.length; from += VectorMath.BLOCK) {
      int count = Math.min(VectorMath.BLOCK, x.length - from);
      float[] block = Arrays.copyOfRange(x, from, from + count);
      function.apply(block, count);
      System.arraycopy(block, 0, y, from, count);
    }
    return y;
  }

  private static float[] exp(float... x) {
    return inBlocks(VectorMath::exp, x);
  }

  private static float[] silu(float... x) {
    return inBlocks((block, count) -> VectorMath.swish(block, count, 1f), x);
  }

  private static float[] gelu(float... x) {
    return inBlocks(VectorMath::gelu, x);
  }

  @Test
  void exponentialWithinItsRange() {
    for (float[] x : new float[][] {grid(-80, 88, 500_000), grid(-1, 1, 100_000)}) {
      float[] y = exp(x);
      double worst = 0;
      for (int i = 0; i < x.length; i++) {
        double exact = Math.exp(x[i]);
        worst = Math.max(worst, Math.abs(y[i] - exact) / exact);
      }
      assertThat(worst).isLessThan(EXP_ERROR);
    }
  }

  @Test
  void exponentialIsExactAtZeroAndClampedBeyondItsRange() {
    float[] y =
        exp(
            0f,
            -0f,
            Float.MIN_VALUE,
            -1e-40f,
            -80f,
            -81f,
            -1e30f,
            -Float.MAX_VALUE,
            Float.NEGATIVE_INFINITY,
            88f,
            89f,
            Float.MAX_VALUE,
            Float.POSITIVE_INFINITY);

    assertThat(Arrays.copyOf(y, 4)).containsOnly(1f);
    assertThat(Arrays.copyOfRange(y, 4, 9)).containsOnly(y[4]);
    assertThat(Arrays.copyOfRange(y, 9, 13)).containsOnly(y[9]);
    assertThat(Math.abs(y[4] / Math.exp(-80) - 1)).isLessThan(EXP_ERROR);
    assertThat(Math.abs(y[9] / Math.exp(88) - 1)).isLessThan(EXP_ERROR);
  }

  /** Whatever its sign and payload; a sum of bits could turn one into a number. */
  @Test
  void notANumberStaysSo() {
    float[] nans = new float[2000];
    Random random = new Random(5);
    for (int i = 0; i < nans.length; i++) {
      int payload = i < 1000 ? i : random.nextInt();
      nans[i] = Float.intBitsToFloat((payload & 0x803fffff) | 0x7fc00000);
      assertThat(nans[i]).isNaN();
    }

    for (float each : exp(nans)) {
      assertThat(each).isNaN();
    }
    for (float each : silu(nans)) {
      assertThat(each).isNaN();
    }
    for (float each : gelu(nans)) {
      assertThat(each).isNaN();
    }
  }

  /** An exponential, a sum, a quotient, and for the slope a product that the exponent enlarges. */
  @Test
  void swish() {
    for (float slope : new float[] {1f, 1.702f}) {
      float[] x = grid(-45, 45, 300_000);
      float[] y = inBlocks((block, count) -> VectorMath.swish(block, count, slope), x);
      for (int i = 0; i < x.length; i++) {
        double exact = x[i] / (1 + Math.exp(-(double) slope * x[i]));
        double error = EXP_ERROR + 0x1p-23 + Math.abs(slope * x[i]) * 0x1p-24;
        assertThat(Math.abs(y[i] - exact))
            .as("swish of %s", x[i])
            .isLessThanOrEqualTo(error * Math.abs(exact));
      }
    }
  }

  @Test
  void swishOfExtremes() {
    float[] y = silu(0f, 1e-40f, 100f, Float.MAX_VALUE, Float.POSITIVE_INFINITY, -100f, -1e30f);

    assertThat(Arrays.copyOf(y, 5))
        .containsExactly(0f, 5e-41f, 100f, Float.MAX_VALUE, Float.POSITIVE_INFINITY);
    assertThat(y[5]).as("no denormal").isBetween(-1e-35f, -1e-37f);
    assertThat(y[6]).as("clamped exponential").isBetween(-1e-7f, 0f);
    assertThat(silu(Float.NEGATIVE_INFINITY)[0]).as("not hidden").isNotFinite();
  }

  /**
   * The complement of the error function is good to 1.5e-7, and its polynomial, whose terms add up
   * to 4.5 at most, rounds twice for each of five; of both GELU sees half, times x.
   */
  @Test
  void gelu() {
    float[] x = grid(-12, 12, 300_000);
    float[] y = gelu(x);
    for (int i = 0; i < x.length; i++) {
      double exact = x[i] * normal(x[i]);
      double size = Math.abs(x[i]);
      double allowed = 0.5 * size * (1.5e-7 + 10 * 0x1p-24) + 0x1p-24 * Math.abs(exact);
      assertThat(Math.abs(y[i] - exact)).as("gelu of %s", x[i]).isLessThanOrEqualTo(allowed);
    }
  }

  @Test
  void geluOfExtremes() {
    float[] y = gelu(0f, 1e-40f, 20f, 1e30f, Float.MAX_VALUE, -20f, -1e30f);

    assertThat(y[0]).isZero();
    assertThat(y[1]).isCloseTo(5e-41f, within(8 * Float.MIN_VALUE));
    assertThat(Arrays.copyOfRange(y, 2, 5)).containsExactly(20f, 1e30f, Float.MAX_VALUE);
    assertThat(y[5]).isBetween(-1e-30f, 0f);
    assertThat(y[6]).isBetween(-1e-4f, 0f);
    assertThat(gelu(Float.POSITIVE_INFINITY)[0]).as("not hidden").isNotFinite();
    assertThat(gelu(Float.NEGATIVE_INFINITY)[0]).as("not hidden").isNotFinite();
  }

  /** Phi by Simpson's rule over its density, from 0; its error is below 1e-13. */
  private static double normal(double x) {
    int steps = 2 * (int) Math.ceil(8 * Math.abs(x) + 10);
    double h = x / steps;
    double sum = 1 + Math.exp(-x * x / 2);
    for (int i = 1; i < steps; i++) {
      double t = i * h;
      sum += (i % 2 == 1 ? 4 : 2) * Math.exp(-t * t / 2);
    }
    return 0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 4095, 4096})
  void touchesTheFirstNumbersOnly(int count) {
    float[] ones = new float[4100];
    Arrays.fill(ones, 1f);
    float[][] results = new float[8][];
    for (int i = 0; i < results.length; i++) {
      results[i] = ones.clone();
    }
    VectorMath.exp(results[0], count);
    VectorMath.swish(results[1], count, 1f);
    VectorMath.gelu(results[2], count);
    VectorMath.add(results[3], ones, count);
    VectorMath.subtract(results[4], ones, count);
    float[] twos = new float[4100];
    Arrays.fill(twos, 2f);
    VectorMath.multiply(results[5], twos, count);
    VectorMath.maximum(results[6], twos, count);
    VectorMath.scale(results[7], 3, count, 3f);

    float[] expected = {2.7182817f, 0.7310586f, 0.8413447f, 2f, 0f, 2f, 2f, 3f};
    for (int i = 0; i < results.length; i++) {
      int from = i == 7 ? 3 : 0;
      for (int j = 0; j < ones.length; j++) {
        boolean touched = j >= from && j < from + count;
        assertThat(Math.abs(results[i][j] - (touched ? expected[i] : 1f)))
            .as("function %d, number %d", i, j)
            .isLessThan(touched ? 4e-7f : Float.MIN_VALUE);
      }
    }
  }

  @Test
  void repeats() {
    float[] target = new float[7];
    VectorMath.repeat(new float[] {1, 2, 9}, 2, 3, target);

    assertThat(target).containsExactly(1, 2, 1, 2, 1, 2, 0);
  }
}
