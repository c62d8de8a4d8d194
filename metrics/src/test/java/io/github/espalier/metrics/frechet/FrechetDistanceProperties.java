package io.github.espalier.metrics.frechet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.metrics.feature.FeatureMoments;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/**
 * Closed forms and invariances, of covariances of full rank and of far less.
 *
 * <p>All terms are sums of up to a few thousand rounded numbers, so errors are at most some
 * thousand times 2^-53 of the traces and the squared means.
 */
class FrechetDistanceProperties {
  private static final double RELATIVE = 1e-11;

  private static double distance(FeatureMoments first, FeatureMoments second) {
    return FrechetDistance.between(first, second).value();
  }

  private static double size(FeatureMoments first, FeatureMoments second) {
    double size = Moments.trace(first) + Moments.trace(second);
    for (double value : first.mean()) {
      size += value * value;
    }
    for (double value : second.mean()) {
      size += value * value;
    }
    return size;
  }

  private static void assertSame(
      double actual, double expected, FeatureMoments first, FeatureMoments second) {
    assertThat(actual).isCloseTo(expected, within(RELATIVE * size(first, second)));
  }

  @Property(seed = "50201", tries = 40)
  void ofDiagonalCovariances(@ForAll @IntRange(min = 1, max = 50) int width, @ForAll long seed) {
    Random random = new Random(seed);
    double[][] mean = new double[2][width];
    double[][] variance = new double[2][width];
    double expected = 0;
    for (int j = 0; j < width; j++) {
      for (int k = 0; k < 2; k++) {
        mean[k][j] = random.nextGaussian();
        // Some are zero, the others of very different sizes.
        variance[k][j] = random.nextInt(4) == 0 ? 0 : Math.exp(6 * random.nextGaussian());
      }
      double root = Math.sqrt(variance[0][j]) - Math.sqrt(variance[1][j]);
      double apart = mean[0][j] - mean[1][j];
      expected += root * root + apart * apart;
    }
    FeatureMoments first = Moments.diagonal(mean[0], variance[0]);
    FeatureMoments second = Moments.diagonal(mean[1], variance[1]);
    assertSame(distance(first, second), expected, first, second);
  }

  /** Diagonal ones in a common basis that is none of the axes. */
  @Property(seed = "50202", tries = 30)
  void ofCommutingCovariances(@ForAll @IntRange(min = 1, max = 40) int width, @ForAll long seed) {
    Random random = new Random(seed);
    double[][] basis = Moments.orthogonal(width, random);
    double[][][] covariance = new double[2][width][width];
    double expected = 0;
    for (int l = 0; l < width; l++) {
      double first = random.nextInt(3) == 0 ? 0 : random.nextDouble();
      double second = random.nextInt(3) == 0 ? 0 : random.nextDouble();
      expected += Math.pow(Math.sqrt(first) - Math.sqrt(second), 2);
      for (int i = 0; i < width; i++) {
        for (int j = 0; j < width; j++) {
          double product = basis[l][i] * basis[l][j];
          covariance[0][i][j] += first * product;
          covariance[1][i][j] += second * product;
        }
      }
    }
    FeatureMoments one = FeatureMoments.of(new double[width], covariance[0]);
    FeatureMoments other = FeatureMoments.of(new double[width], covariance[1]);
    assertSame(distance(one, other), expected, one, other);
  }

  @Property(seed = "50203", tries = 30)
  void ofShiftedVectors(
      @ForAll @IntRange(min = 2, max = 80) int count,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll long seed) {
    Random random = new Random(seed);
    double[][] vectors = Moments.vectors(count, width, random);
    double[] shift = random.doubles(width).toArray();
    double expected = 0;
    for (double value : shift) {
      expected += value * value;
    }
    FeatureMoments first = Moments.of(vectors);
    FeatureMoments second = Moments.of(Moments.moved(vectors, 1, shift));
    assertSame(distance(first, second), expected, first, second);
    assertThat(FrechetDistance.between(first, second).covarianceTerm())
        .isBetween(0.0, RELATIVE * size(first, second));
  }

  @Property(seed = "50204", tries = 30)
  void ofScaledVectors(
      @ForAll @IntRange(min = 2, max = 80) int count,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @DoubleRange(min = 0, max = 5) double factor,
      @ForAll long seed) {
    double[][] vectors = Moments.vectors(count, width, new Random(seed));
    FeatureMoments first = Moments.of(vectors);
    FeatureMoments second = Moments.of(Moments.moved(vectors, factor, new double[width]));
    double expected = 0;
    for (double value : first.mean()) {
      expected += (factor - 1) * (factor - 1) * value * value;
    }
    expected += (factor - 1) * (factor - 1) * Moments.trace(first);
    assertSame(distance(first, second), expected, first, second);
  }

  @Property(seed = "50205", tries = 40)
  void symmetricNeverNegativeAndZeroToItself(
      @ForAll @IntRange(min = 2, max = 80) int count,
      @ForAll @IntRange(min = 2, max = 80) int otherCount,
      @ForAll @IntRange(min = 1, max = 50) int width,
      @ForAll long seed) {
    Random random = new Random(seed);
    FeatureMoments first = Moments.of(Moments.vectors(count, width, random));
    FeatureMoments second = Moments.of(Moments.vectors(otherCount, width, random));
    assertThat(distance(first, second)).isNotNegative();
    assertSame(distance(first, second), distance(second, first), first, second);
    assertThat(distance(first, first)).isBetween(0.0, RELATIVE * size(first, first));
  }

  @Property(seed = "50206", tries = 25)
  void neitherOrderNorBasisMatters(
      @ForAll @IntRange(min = 2, max = 60) int count,
      @ForAll @IntRange(min = 2, max = 30) int width,
      @ForAll long seed) {
    Random random = new Random(seed);
    double[][] one = Moments.vectors(count, width, random);
    double[][] other = Moments.vectors(count + 3, width, random);
    FeatureMoments first = Moments.of(one);
    FeatureMoments second = Moments.of(other);
    double expected = distance(first, second);

    double[][] basis = Moments.orthogonal(width, random);
    assertSame(
        distance(Moments.of(Moments.times(one, basis)), Moments.of(Moments.times(other, basis))),
        expected,
        first,
        second);

    double[][] reversed = one.clone();
    for (int i = 0; i < count; i++) {
      reversed[i] = one[count - 1 - i];
    }
    assertSame(distance(Moments.of(reversed), second), expected, first, second);

    double[][] turned = new double[width][width];
    for (int j = 0; j < width; j++) {
      turned[j][(j + 1) % width] = 1;
    }
    assertSame(
        distance(Moments.of(Moments.times(one, turned)), Moments.of(Moments.times(other, turned))),
        expected,
        first,
        second);
  }
}
