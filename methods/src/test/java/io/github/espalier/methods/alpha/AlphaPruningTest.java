package io.github.espalier.methods.alpha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.allocation.SparsityAllocation.WeightedLayer;
import io.github.espalier.core.allocation.SparsityAllocations;
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
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlphaPruningTest {
  private static WeightedLayer layer(String name, int rows, int columns, float... values) {
    Shape shape = Shape.of(rows, columns);
    return new WeightedLayer(
        new Layer(name, new Component("unet"), LayerKind.LINEAR, shape, DType.F32),
        TensorData.ofFloats(shape, values));
  }

  private static float[] random(int count, int seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Quantiles of a power law give its exponent, but for an error that falls with their number. */
  @ParameterizedTest
  @ValueSource(doubles = {1.5, 2, 3, 5})
  void theExponentOfAPowerLaw(double exponent) {
    int n = 4000;
    double[] spectrum =
        IntStream.range(0, n)
            .mapToDouble(i -> Math.pow(1 - (i + 0.5) / n, -1 / (exponent - 1)))
            .toArray();
    assertThat(PowerLaw.exponent(spectrum, Tail.MEDIAN)).isCloseTo(exponent, within(2e-2));
    assertThat(PowerLaw.exponent(spectrum, Tail.PEAK)).isCloseTo(exponent, within(2e-2));
  }

  @Test
  void spectraWithoutATailHaveNoExponent() {
    for (Tail tail : Tail.values()) {
      assertThat(PowerLaw.exponent(new double[0], tail)).isNaN();
      assertThat(PowerLaw.exponent(new double[] {0, 0, 0}, tail)).isNaN();
      assertThat(PowerLaw.exponent(new double[] {0, 3}, tail)).isNaN();
      assertThat(PowerLaw.exponent(new double[] {3, 3, 3, 3}, tail)).isNaN();
    }
  }

  @Test
  void layersWithoutExponentGetTheMeanOfTheOthers() throws IOException {
    List<WeightedLayer> layers =
        List.of(
            layer("a.weight", 20, 30, random(600, 1)),
            layer("b.weight", 30, 20, random(600, 2)),
            layer("zeros.weight", 20, 30, new float[600]),
            layer("row.weight", 1, 600, random(600, 3)));
    List<Sparsity> found = AlphaPruning.withDefaults().allocate(layers, Sparsity.of(0.5));

    assertThat(found.stream().mapToLong(each -> each.countOf(600)).sum()).isEqualTo(1200);
    assertThat(found.get(2).fraction()).isCloseTo(0.5, within(2e-3));
    assertThat(found.get(3).fraction()).isCloseTo(0.5, within(2e-3));
    double[] ends = {found.get(0).fraction(), found.get(1).fraction()};
    Arrays.sort(ends);
    assertThat(ends).containsExactly(new double[] {0.35, 0.65}, within(2e-3));
  }

  @Test
  void zerosAloneAndNothingAtAll() throws IOException {
    AlphaPruning alpha = AlphaPruning.withDefaults();
    assertThat(alpha.allocate(List.of(), Sparsity.of(0.5))).isEmpty();
    assertThat(alpha.allocate(List.of(layer("a", 2, 2, new float[4])), Sparsity.of(0.5)))
        .containsExactly(Sparsity.of(0.5));
  }

  @Test
  void undefinedWeightsNameTheirLayer() {
    WeightedLayer broken = layer("a.weight", 1, 2, 1, Float.NaN);
    assertThatExceptionOfType(PruningException.class)
        .isThrownBy(() -> AlphaPruning.withDefaults().allocate(List.of(broken), Sparsity.ONE))
        .withMessage(
            "unet/a.weight: a matrix of 1x2 has NaN in row 0, column 1; repair the checkpoint, or"
                + " leave this layer out");
  }

  @Test
  void optionsAreTexts() {
    SparsityAllocation alpha =
        SparsityAllocations.named("alpha")
            .with("epsilon", "0.2")
            .with("tail", "peak")
            .with("by", "2")
            .with("rule", "reference");
    assertThat(alpha.label()).isEqualTo("alpha (epsilon 0.2, tail PEAK, by 2, rule REFERENCE)");
    assertThat(alpha.meetsBudget()).isFalse();
    assertThat(alpha.options()).containsOnlyKeys("epsilon", "tail", "by", "rule");
  }

  @ParameterizedTest
  @CsvSource({
    "epsilon, 1, from 0 to less than 1",
    "epsilon, NaN, from 0 to less than 1",
    "epsilon, much, is no number",
    "tail, mid, 'expected one of [MEDIAN, PEAK]'",
    "by, all, expected block",
    "lambda, 1, 'it has: by, epsilon, rule, tail'",
  })
  void badOptions(String option, String value, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AlphaPruning.withDefaults().with(option, value))
        .withMessageContaining(reason);
  }
}
