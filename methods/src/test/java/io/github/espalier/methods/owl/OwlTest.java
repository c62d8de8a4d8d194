package io.github.espalier.methods.owl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.allocation.SparsityAllocation.WeightedLayer;
import io.github.espalier.core.allocation.SparsityAllocations;
import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwlTest {
  private static WeightedLayer layer(LayerStatistics statistics, float... row) {
    Shape shape = Shape.of(1, row.length);
    return new WeightedLayer(
        new Layer("a.weight", new Component("unet"), LayerKind.LINEAR, shape, DType.F32),
        TensorData.ofFloats(shape, row),
        statistics);
  }

  private static LayerStatistics ones(int width, long samples) {
    double[] ones = new double[width];
    Arrays.fill(ones, 1);
    return (layer, scope) ->
        Optional.of(new InputStatistics(ones, ones, Optional.empty(), 1, samples, samples));
  }

  @Test
  void zerosHaveNoOutliers() throws IOException {
    assertThat(OutlierRatio.of(List.of(layer(ones(3, 1), 0, 0, 0)), 7)).isZero();
    assertThat(OutlierRatio.of(List.of(), 7)).isZero();
    assertThat(Owl.withDefaults().allocate(List.of(), Sparsity.ONE)).isEmpty();
  }

  /** The mean of 3, 1, 1, 1 and -4 in absolute value is 2, so two are over 1.4 times that. */
  @Test
  void outliersAreCounted() throws IOException {
    WeightedLayer layer = layer(ones(5, 4), 3, 1, 1, 1, -4);
    assertThat(OutlierRatio.of(List.of(layer), 1.4)).isEqualTo(40);
    assertThat(OutlierRatio.of(List.of(layer), 1.5)).isEqualTo(20);
    assertThat(OutlierRatio.of(List.of(layer, layer), 2)).isZero();
  }

  @Test
  void equalRatiosAreUniform() throws IOException {
    WeightedLayer layer = layer(ones(4, 1), 1, 1, 1, 1);
    assertThat(
            Owl.withDefaults()
                .with("by", "layer")
                .allocate(List.of(layer, layer), Sparsity.of(0.5)))
        .containsExactly(Sparsity.of(0.5), Sparsity.of(0.5));
  }

  @Test
  void whatCalibrationLacksNamesTheLayer() {
    assertRefused(layer(LayerStatistics.NONE, 1), "unet/a.weight: was not calibrated");
    assertRefused(layer(ones(2, 1), 1), "unet/a.weight: has 1 inputs, but its statistics are of 2");
    assertRefused(layer(ones(1, 0), 1), "unet/a.weight: was calibrated with no samples");
    assertRefused(layer(ones(1, 1), Float.NaN), "unet/a.weight: holds infinite or undefined");
  }

  private static void assertRefused(WeightedLayer layer, String message) {
    assertThatExceptionOfType(PruningException.class)
        .isThrownBy(() -> Owl.withDefaults().allocate(List.of(layer), Sparsity.ONE))
        .withMessageStartingWith(message);
  }

  @Test
  void optionsAreTexts() {
    SparsityAllocation owl = SparsityAllocations.named("owl");
    assertThat(owl.label()).isEqualTo("owl (lambda 0.08, m 7.0, by block, rule EXACT)");
    assertThat(owl.needs()).isEqualTo(StatisticsNeed.MOMENTS);
    assertThat(owl.meetsBudget()).isTrue();
    assertThat(owl.options()).containsOnlyKeys("lambda", "m", "by", "rule");
    SparsityAllocation other =
        owl.with("lambda", "0.1").with("m", "5").with("by", "layer").with("rule", "reference");
    assertThat(other.settings()).isEqualTo("lambda 0.1, m 5.0, by layer, rule REFERENCE");
    assertThat(other.meetsBudget()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "lambda, 1.5, from 0 to 1",
    "lambda, NaN, from 0 to 1",
    "m, 0, must be above 0",
    "m, Infinity, must be above 0",
    "m, many, is no number",
    "rule, literal, 'expected one of [EXACT, REFERENCE]'",
    "epsilon, 1, 'it has: by, lambda, m, rule'",
  })
  void badOptions(String option, String value, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Owl.withDefaults().with(option, value))
        .withMessageContaining(reason);
  }
}
