package io.github.espalier.metrics.frechet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.metrics.feature.FeatureMoments;
import io.github.espalier.metrics.feature.FeatureSet;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrechetDistanceTest {
  private static final double[] NO_MEAN = {0, 0};

  /** Published in pytorch-fid's tests. */
  @Test
  void ofMeansApart() {
    int width = 2048;
    double[] ones = new double[width];
    Arrays.fill(ones, 1);
    FrechetDistance distance =
        FrechetDistance.between(
            Moments.diagonal(new double[width], ones), Moments.diagonal(ones, ones));
    assertThat(distance.value()).isCloseTo(2048, within(1e-9));
    assertThat(distance.meanTerm()).isEqualTo(2048);
    assertThat(distance.width()).isEqualTo(width);
    assertThat(distance.firstCount()).isEmpty();
  }

  /** Published in MONAI's tests: 4/9. */
  @Test
  void ofThreeVectors() {
    double[] one = {1, 2};
    double[] two = {2, 2};
    FrechetDistance distance =
        FrechetDistance.between(Moments.of(one, one, one), Moments.of(two, one, one));
    assertThat(distance.value()).isCloseTo(4.0 / 9, within(1e-15));
    assertThat(distance.firstCount()).hasValue(3);
  }

  @Test
  void ofPoints() {
    FrechetDistance distance =
        FrechetDistance.between(
            Moments.diagonal(NO_MEAN, 0, 0), Moments.diagonal(new double[] {3, 4}, 0, 0));
    assertThat(distance.value()).isEqualTo(25);
  }

  @Test
  void ofOrthogonalSubspaces() {
    FeatureMoments first = Moments.diagonal(NO_MEAN, 4, 0);
    FeatureMoments second = Moments.diagonal(NO_MEAN, 0, 9);
    assertThat(FrechetDistance.between(first, second).value()).isEqualTo(13);
  }

  @Test
  void theSameBitsEachTime() {
    Random random = new Random(3);
    FeatureMoments first = Moments.of(Moments.vectors(700, 600, random));
    FeatureMoments second = Moments.of(Moments.vectors(500, 600, random));
    FrechetDistance once = FrechetDistance.between(first, second);
    assertThat(FrechetDistance.between(first, second)).isEqualTo(once);
    try (FrechetReference reference = new FrechetReference(first)) {
      assertThat(reference.distanceTo(second)).isEqualTo(once);
    }
  }

  @Test
  void widthsMustAgree() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                FrechetDistance.between(
                    Moments.diagonal(NO_MEAN, 1, 1), Moments.diagonal(new double[1], 1)))
        .withMessage("features of different kinds have no distance: there are 2 and 1");
  }

  /** 132,352 / n for the identity of 512, as simulated with 0.3 % of it. */
  @Test
  void biasOfTheIdentity() {
    double[] ones = new double[512];
    Arrays.fill(ones, 1);
    FeatureMoments moments = Moments.diagonal(new double[512], ones);
    SamplingBias bias = SamplingBias.of(moments, 10_000, 10_000);
    assertThat(bias.expected()).isCloseTo(13.2352, within(1e-10));
    assertThat(SamplingBias.of(moments, 10_000, 30_000).expected())
        .isCloseTo(13.2352 * 2 / 3, within(1e-10));
    FrechetDistance far = new FrechetDistance(200, 0, 512, tenThousand(), tenThousand());
    assertThat(bias.warning(far)).isEmpty();
    assertThat(bias.warning(new FrechetDistance(100, 0, 512, tenThousand(), tenThousand())))
        .hasValue(
            "with 10000 and 10000 images a Fréchet distance is about 13.24 even between images of"
                + " the same kind; compare it only with others of the same numbers");
    assertThat(
            SamplingBias.of(moments, 512, 10_000)
                .warning(new FrechetDistance(1e6, 0, 512, tenThousand(), tenThousand()))
                .orElseThrow())
        .endsWith("; 512 images leave a covariance of 512 features singular");
  }

  /** 132,352 / 2 / n for the identity of 512. */
  @Test
  void biasOfOneSampleIsALowerBound() {
    double[] ones = new double[512];
    Arrays.fill(ones, 1);
    FeatureMoments moments = Moments.diagonal(new double[512], ones);
    SamplingBias bias = SamplingBias.ofOne(moments, 10_000);
    assertThat(bias.isLowerBound()).isTrue();
    assertThat(SamplingBias.of(moments, 10_000, 10_000).isLowerBound()).isFalse();
    assertThat(bias.expected()).isCloseTo(13.2352 / 2, within(1e-10));
    OptionalLong unknown = OptionalLong.empty();
    assertThat(bias.warning(new FrechetDistance(67, 0, 512, unknown, tenThousand()))).isEmpty();
    assertThat(bias.warning(new FrechetDistance(66, 0, 512, unknown, tenThousand())))
        .hasValue(
            "with 10000 images on one side and an unknown number on the other a Fréchet distance"
                + " is at least about 6.618 even between images of the same kind; compare it only"
                + " with others of the same numbers");
    assertThat(
            SamplingBias.ofOne(moments, 512)
                .warning(new FrechetDistance(1e6, 0, 512, unknown, tenThousand()))
                .orElseThrow())
        .endsWith("; 512 images leave a covariance of 512 features singular");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SamplingBias.ofOne(moments, 1))
        .withMessage("a sample of 1 vectors: it needs at least 2");
  }

  private static OptionalLong tenThousand() {
    return OptionalLong.of(10_000);
  }

  /**
   * The mean of 150 distances deviates by about 3 %, and terms in 1 over n squared are of that
   * order.
   */
  @Test
  void biasIsThatOfSimulations() {
    double[] mean = new double[8];
    double[] variances = {8, 4, 2, 1, 0.5, 0.25, 0.125, 0};
    Random random = new Random(17);
    double sum = 0;
    for (int i = 0; i < 150; i++) {
      sum +=
          FrechetDistance.between(sample(variances, 200, random), sample(variances, 100, random))
              .value();
    }
    SamplingBias bias = SamplingBias.of(Moments.diagonal(mean, variances), 200, 100);
    assertThat(sum / 150 / bias.expected()).isCloseTo(1, within(0.1));
  }

  private static FeatureMoments sample(double[] variances, int count, Random random) {
    double[][] vectors = new double[count][variances.length];
    for (double[] vector : vectors) {
      for (int j = 0; j < vector.length; j++) {
        vector[j] = Math.sqrt(variances[j]) * random.nextGaussian();
      }
    }
    return Moments.of(vectors);
  }

  @Test
  void aLineIsExtrapolated() {
    InfinityExtrapolation.Result line =
        InfinityExtrapolation.fit(
            List.of(
                new InfinityExtrapolation.Point(10, 3 + 5.0 / 10),
                new InfinityExtrapolation.Point(20, 3 + 5.0 / 20),
                new InfinityExtrapolation.Point(50, 3 + 5.0 / 50)));
    assertThat(line.value()).isCloseTo(3, within(1e-13));
    assertThat(line.slope()).isCloseTo(5, within(1e-12));
    assertThat(line.standardError()).isCloseTo(0, within(1e-12));
  }

  /**
   * Residuals of e, -2e and e at x = 1/6, 1/3 and 1/2 leave the line as it is; their variance is 6
   * e^2 for one degree of freedom, and 1/3 + (1/3)^2 / (1/18) = 7/3 times that is the intercept's.
   */
  @Test
  void theStandardErrorIsThatOfTheIntercept() {
    double e = 0.01;
    InfinityExtrapolation.Result line =
        InfinityExtrapolation.fit(
            List.of(
                new InfinityExtrapolation.Point(2, 3 + 5.0 / 2 + e),
                new InfinityExtrapolation.Point(3, 3 + 5.0 / 3 - 2 * e),
                new InfinityExtrapolation.Point(6, 3 + 5.0 / 6 + e)));
    assertThat(line.value()).isCloseTo(3, within(1e-13));
    assertThat(line.standardError()).isCloseTo(e * Math.sqrt(14), within(1e-13));
  }

  /** From 2 vectors on of 3, the value would be anything; 15 points need 15 sizes. */
  @Test
  void anExtrapolationNeedsASpreadOfSizes() {
    InfinityExtrapolation defaults = InfinityExtrapolation.withDefaults();
    assertThat(defaults.leastVectors()).isEqualTo(7500);
    assertThat(defaults.withLeastCount(2).leastVectors()).isEqualTo(16);
    InfinityExtrapolation three = defaults.withLeastCount(5).withPoints(3);
    assertThat(three.leastVectors()).isEqualTo(8);
    FeatureSet.Collector collector = new FeatureSet.Collector(2, 8);
    Random random = new Random(3);
    for (int i = 0; i < 7; i++) {
      collector.add((float) random.nextGaussian(), (float) random.nextGaussian());
    }
    FeatureMoments reference = Moments.diagonal(NO_MEAN, 1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> three.extrapolate(reference, collector.snapshot()))
        .withMessage(
            "extrapolation by 3 subsets from 5 vectors on needs at least 8, but there are 7");
    collector.add(1f, 2f);
    assertThat(three.extrapolate(reference, collector.snapshot()).points())
        .extracting(InfinityExtrapolation.Point::count)
        .containsExactly(5, 6, 8);
  }

  /** Of one distribution: the distance to the exact moments is 0 at infinity. */
  @Test
  void extrapolationTakesTheBiasAway() {
    double[] variances = {4, 3, 2, 1, 1, 1};
    Random random = new Random(23);
    FeatureSet.Collector collector = new FeatureSet.Collector(6, 3000);
    for (int i = 0; i < 3000; i++) {
      float[] vector = new float[6];
      for (int j = 0; j < 6; j++) {
        vector[j] = (float) (Math.sqrt(variances[j]) * random.nextGaussian());
      }
      collector.add(vector);
    }
    FeatureMoments exact = Moments.diagonal(new double[6], variances);
    InfinityExtrapolation extrapolation =
        InfinityExtrapolation.withDefaults().withLeastCount(100).withPoints(12).withSeed(4);
    InfinityExtrapolation.Result result = extrapolation.extrapolate(exact, collector.snapshot());
    assertThat(result.points()).hasSize(12);
    assertThat(result.points().get(0).count()).isEqualTo(100);
    assertThat(result.points().get(11).count()).isEqualTo(3000);
    double biased = result.points().get(0).distance();
    assertThat(Math.abs(result.value())).isLessThan(0.1 * biased);
    assertThat(extrapolation.extrapolate(exact, collector.snapshot())).isEqualTo(result);
    assertThat(extrapolation.withSeed(5).extrapolate(exact, collector.snapshot()))
        .isNotEqualTo(result);
  }

  @Test
  void badChoicesAreRefused() {
    FeatureSet.Collector collector = new FeatureSet.Collector(2, 2);
    collector.add(1f, 2f);
    collector.add(1f, 2f);
    InfinityExtrapolation two = InfinityExtrapolation.withDefaults().withLeastCount(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two.extrapolate(Moments.diagonal(NO_MEAN, 1, 1), collector.snapshot()))
        .withMessage(
            "extrapolation by 15 subsets from 2 vectors on needs at least 16, but there are 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two.withPoints(2))
        .withMessage("a line and its error need at least 3 points, not 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two.withLeastCount(1))
        .withMessage("a subset needs at least 2 vectors, not 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SamplingBias.of(Moments.diagonal(NO_MEAN, 1, 1), 1, 2))
        .withMessage("samples of 1 and 2 vectors: each needs at least 2");
  }
}
