package io.github.espalier.methods.magnitude;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.method.PruningMethods;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.selection.Energy;
import io.github.espalier.core.selection.SelectionRule;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MagnitudeTest {
  private final TensorScope scope = new TensorScope();

  @AfterEach
  void close() {
    scope.close();
  }

  private LayerContext layer(TensorData data, double sparsity, SparsityPattern pattern) {
    Layer layer =
        new Layer(
            "proj_in.weight", new Component("unet"), LayerKind.LINEAR, data.shape(), data.dtype());
    return new LayerContext(layer, data, Sparsity.of(sparsity), pattern, scope);
  }

  private static TensorData halves() {
    // 0, -0, the smallest subnormal, -1, 2 and the largest number.
    return Weights.of(DType.F16, Shape.of(2, 3), 0x0000, 0x8000, 0x0001, 0xbc00, 0x4000, 0x7bff);
  }

  @Test
  void itIsFoundByName() {
    assertThat(PruningMethods.named("magnitude")).isInstanceOf(Magnitude.class);
    assertThat(PruningMethods.named("magnitude").settings()).isEqualTo("rule EXACT");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PruningMethods.named("magnitud"))
        .withMessageContaining("nearest: magnitude");
  }

  @Test
  void prunedWeightsBecomePlusZeroAndKeptOnesKeepTheirBits() throws IOException {
    Outcome outcome = Magnitude.withDefaults().prune(layer(halves(), 0.17, SparsityPattern.LAYER));

    TensorData pruned = Weights.pruned(halves(), outcome.mask());
    assertThat(Weights.bits(pruned)).containsExactly(0, 0x8000, 0x0001, 0xbc00, 0x4000, 0x7bff);

    Outcome more = Magnitude.withDefaults().prune(layer(halves(), 0.5, SparsityPattern.LAYER));
    assertThat(Weights.bits(Weights.pruned(halves(), more.mask())))
        .containsExactly(0, 0, 0, 0xbc00, 0x4000, 0x7bff);
  }

  @Test
  void theOutcomeKnowsTheEnergyOfHalfPrecisionLayers() throws IOException {
    Outcome outcome =
        Magnitude.withDefaults().prune(layer(halves(), 2 / 3.0, SparsityPattern.LAYER));

    // 2^-24 squared and 1 add up exactly in binary64, and so do 4 and 65504 squared.
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Masked.class,
            masked ->
                assertThat(masked.energy()).contains(new Energy(4 + 65504.0 * 65504, 1 + 0x1p-48)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void nonFiniteWeightsAreAnErrorThatNamesTheLayer(double sparsity) {
    TensorData spoilt = Weights.of(DType.BF16, Shape.of(1, 4), 0x3f80, 0x7f80, 0xff81, 0);
    for (SparsityPattern pattern :
        new SparsityPattern[] {SparsityPattern.LAYER, SparsityPattern.ROW, new Grouped(2, 4)}) {
      assertThatExceptionOfType(PruningException.class)
          .isThrownBy(() -> Magnitude.withDefaults().prune(layer(spoilt, sparsity, pattern)))
          .withMessageStartingWith(
              "unet/proj_in.weight: 2 of 4 values are infinite or NaN and cannot be ranked; ")
          .satisfies(
              e ->
                  assertThat(e.layer())
                      .isNotNull()
                      .extracting(Layer::name)
                      .isEqualTo("proj_in.weight"));
    }
  }

  @Test
  void integersHaveNoMagnitude() {
    TensorData integers = Weights.of(DType.I64, Shape.of(1, 1), 5);

    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Magnitude.withDefaults().prune(layer(integers, 0.5, SparsityPattern.LAYER)))
        .withMessageContaining("I64");
  }

  @ParameterizedTest
  @CsvSource({
    "EXACT, EXACT",
    "exact, EXACT",
    "sd2-pruning, SD2_PRUNING",
    "Sd2_Pruning, SD2_PRUNING",
    "wanda, WANDA",
    "torch-prune, TORCH_PRUNE",
  })
  void theRuleIsReadFromText(String text, SelectionRule rule) {
    PruningMethod method = Magnitude.withDefaults().with("rule", text);

    assertThat(method)
        .isInstanceOfSatisfying(
            Magnitude.class, magnitude -> assertThat(magnitude.rule()).isEqualTo(rule));
    assertThat(method.settings()).isEqualTo("rule " + rule);
    assertThat(Magnitude.withDefaults().rule()).isEqualTo(SelectionRule.EXACT);
  }

  @Test
  void unknownOptionsAndRulesListWhatThereIs() {
    Magnitude magnitude = Magnitude.withDefaults();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> magnitude.with("damping", "0.01"))
        .withMessage("method magnitude has no option 'damping'; it has: rule");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> magnitude.with("rule", "sparsegpt"))
        .withMessageContaining("unknown rule 'sparsegpt'")
        .withMessageContaining("EXACT, SD2_PRUNING, WANDA, TORCH_PRUNE");
  }

  @Test
  void itsOptionsAreDescribed() {
    assertThat(Magnitude.withDefaults().options())
        .containsOnlyKeys("rule")
        .hasEntrySatisfying(
            "rule", text -> assertThat(text).contains("SD2_PRUNING", "TORCH_PRUNE"));
  }

  @Test
  void referenceRulesRefusePatternsTheyDoNotHave() {
    Magnitude reference = Magnitude.withDefaults().with(SelectionRule.SD2_PRUNING);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> reference.requireSupport(SparsityPattern.ROW))
        .withMessageContaining("rule SD2_PRUNING is not defined for pattern row");
  }
}
