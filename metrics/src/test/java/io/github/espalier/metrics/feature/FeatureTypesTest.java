package io.github.espalier.metrics.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.TensorScope;
import org.junit.jupiter.api.Test;

class FeatureTypesTest {
  /** Published in pytorch-fid's tests: constant images of 0, 0.5 and 1. */
  @Test
  void momentsOfThreeVectors() {
    FeatureAccumulator accumulator = new FeatureAccumulator(2);
    try (TensorScope scope = new TensorScope()) {
      accumulator.add(FloatMatrix.of(scope.matrix(3, 2, 0, 0, 0.5f, 0.5f, 1, 1)));
    }
    FeatureMoments moments = accumulator.snapshot().moments();
    assertThat(moments.mean()).containsExactly(0.5, 0.5);
    assertThat(moments.covariance(0, 0)).isEqualTo(0.25);
    assertThat(moments.covariance(0, 1)).isEqualTo(0.25);
    assertThat(moments.count()).hasValue(3);
    assertThat(moments).hasToString("mean and covariance of 3 vectors of 2 features");
  }

  @Test
  void momentsAndBack() {
    FeatureAccumulator accumulator = new FeatureAccumulator(2);
    accumulator.add(1, 5);
    accumulator.add(3, 2);
    accumulator.add(4, 4);
    FeatureSummary summary = accumulator.snapshot();
    FeatureSummary back = FeatureSummary.of(summary.moments());
    assertThat(back.count()).isEqualTo(3);
    assertThat(back.scatter(1, 0)).isCloseTo(summary.scatter(0, 1), within(1e-15));
    assertThat(back.merge(new FeatureAccumulator(2).snapshot()).count()).isEqualTo(3);
  }

  @Test
  void aSnapshotDoesNotChange() {
    FeatureAccumulator accumulator = new FeatureAccumulator(1);
    accumulator.add(1);
    FeatureSummary one = accumulator.snapshot();
    accumulator.add(4);
    assertThat(one.count()).isEqualTo(1);
    assertThat(one.mean()).containsExactly(1);
    assertThat(accumulator.count()).isEqualTo(2);
    assertThat(accumulator.snapshot().scatter(0, 0)).isEqualTo(4.5);

    FeatureSet.Collector collector = new FeatureSet.Collector(1, 3);
    collector.add(7f);
    FeatureSet set = collector.snapshot();
    collector.add(8f);
    assertThat(set.rows()).isEqualTo(1);
    assertThatThrownBy(() -> set.get(1, new double[1]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void badFeaturesAreNamed() {
    FeatureAccumulator accumulator = new FeatureAccumulator(2);
    accumulator.add(1, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> accumulator.add(1, Double.NaN))
        .withMessage("feature 1 of vector 1 is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> accumulator.add(1))
        .withMessage("vectors of 1 features cannot be added to those of 2");
    assertThat(accumulator.count()).isEqualTo(1);
    assertThatIllegalStateException()
        .isThrownBy(() -> accumulator.snapshot().moments())
        .withMessage("a covariance needs at least 2 vectors, but there is 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureAccumulator(0))
        .withMessage("width is 0, but must be from 1 to 16383");
    FeatureSet.Collector collector = new FeatureSet.Collector(1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> collector.add(Float.POSITIVE_INFINITY))
        .withMessage("feature 0 of vector 0 is Infinity");
    collector.add(1f);
    assertThatIllegalStateException()
        .isThrownBy(() -> collector.add(1f))
        .withMessage("there are more than 1 vectors");
  }

  @Test
  void badMomentsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureMoments.of(new double[2], new double[][] {{1, 2}, {3, 4}}))
        .withMessage(
            "the covariance is not symmetric: elements of the two triangles differ by 1.0, and the"
                + " largest is 4.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureMoments.of(new double[2], new double[][] {{-1, 1}, {1, 1}}))
        .withMessage("variance of feature 0 is -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureMoments.of(new double[1], new double[][] {{Double.NaN}}))
        .withMessage("covariance of features 0 and 0 is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureMoments.of(new double[1], new double[2][2]))
        .withMessage("a covariance of 2 rows does not fit a mean of 1 features");
    FeatureMoments unknown = FeatureMoments.of(new double[1], new double[1][1]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureSummary.of(unknown))
        .withMessage("moments of an unknown number of vectors cannot be merged with others");
  }

  @Test
  void normalisedVectorsHaveNormOne() {
    FeatureSet.Collector collector = new FeatureSet.Collector(2, 2);
    collector.add(3f, 4f);
    double[] row = new double[2];
    collector.snapshot().normalised().get(0, row);
    assertThat(row).containsExactly(0.6f, 0.8f);
    collector.add(0f, 0f);
    assertThatIllegalStateException()
        .isThrownBy(() -> collector.snapshot().normalised())
        .withMessage("vector 1 is zero, and has no direction");
  }

  @Test
  void selectedRows() {
    FeatureSet.Collector collector = new FeatureSet.Collector(1, 900);
    for (int i = 0; i < 900; i++) {
      collector.add((float) i);
    }
    double[] row = new double[1];
    collector.snapshot().select(3, 899, 256).get(1, row);
    assertThat(row).containsExactly(899);
    assertThatThrownBy(() -> collector.snapshot().select(900))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
