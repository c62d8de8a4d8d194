package io.github.espalier.methods.calibrated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.method.Diagnostics;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.method.PruningMethods;
import io.github.espalier.core.selection.SelectionRule;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.methods.obsdiff.ObsDiff;
import io.github.espalier.methods.ria.Permutation;
import io.github.espalier.methods.ria.Ria;
import io.github.espalier.methods.sparsegpt.Reconstruction;
import io.github.espalier.methods.sparsegpt.SparseGpt;
import io.github.espalier.methods.wanda.Wanda;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers and settings that the methods refuse, and what they do about weak statistics. */
class FaultsTest {
  private static final Shape SHAPE = Shape.of(2, 4);
  private static final float[] WEIGHTS = {1, 2, 3, 4, -8, -7, -6, -5};

  private static CalibratedLayer layer(double... gram) {
    return new CalibratedLayer(SHAPE, WEIGHTS, gram, 1);
  }

  private static double[] diagonal(double... values) {
    double[] gram = new double[values.length * values.length];
    for (int i = 0; i < values.length; i++) {
      gram[i * values.length + i] = values[i];
    }
    return gram;
  }

  private static void prune(PruningMethod method, CalibratedLayer layer) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      assertThat(method.prune(layer.context(Sparsity.of(0.5), method.defaultPattern(), scope)))
          .isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"wanda", "ria", "sparsegpt", "obs-diff"})
  void undefinedStatisticsNameTheLayerAndARemedy(String name) {
    PruningMethod method = PruningMethods.named(name);

    assertThatThrownBy(() -> prune(method, layer(diagonal(1, Double.NaN, 1, 1))))
        .isInstanceOf(PruningException.class)
        .hasMessageContainingAll("unet/layer", "NaN", "calibrate it anew");
  }

  @ParameterizedTest
  @ValueSource(strings = {"wanda", "ria", "sparsegpt", "obs-diff"})
  void undefinedWeightsNameTheLayerAndARemedy(String name) {
    PruningMethod method = PruningMethods.named(name);
    float[] weights = WEIGHTS.clone();
    weights[3] = Float.NaN;

    assertThatThrownBy(() -> prune(method, layer(diagonal(1, 1, 1, 1)).with(weights)))
        .isInstanceOf(PruningException.class)
        .hasMessageContainingAll("unet/layer", "repair the checkpoint");
  }

  @ParameterizedTest
  @EnumSource
  void undefinedWeightsCannotBeDealtToGroups(Permutation permutation) {
    Grouped pattern = new Grouped(1, 2);
    float[] weights = WEIGHTS.clone();
    weights[3] = Float.NaN;
    try (TensorScope scope = new TensorScope()) {
      LayerContext context =
          layer(diagonal(1, 1, 1, 1)).with(weights).context(pattern.sparsity(), pattern, scope);

      assertThatThrownBy(() -> Ria.withDefaults().with(permutation).prune(context))
          .isInstanceOf(PruningException.class)
          .hasMessageContainingAll("unet/layer", "repair the checkpoint");
    }
  }

  @Test
  void hessianThatIsNotPositiveDefiniteIsAnError() {
    double[] gram = diagonal(1, 1, 1, 1);
    gram[1] = 5;
    gram[4] = 5;

    assertThatThrownBy(() -> prune(SparseGpt.withDefaults(), layer(gram)))
        .isInstanceOf(PruningException.class)
        .hasMessageContainingAll("unet/layer", "damping of 1.0", "calibrate the layer anew");
  }

  @Test
  void dampingGrowsUntilTheHessianCanBeFactored() throws IOException {
    double[] gram = diagonal(1, 1, 1, 1);
    gram[1] = 1.05;
    gram[4] = 1.05;
    try (TensorScope scope = new TensorScope()) {
      Reconstruction found =
          SparseGpt.withDefaults()
              .solve(layer(gram).context(Sparsity.of(0.5), SparsityPattern.LAYER, scope));

      assertThat(found.damping()).isEqualTo(0.1);
      assertThat(found.mask().prunedCount()).isEqualTo(4);
    }
  }

  @Test
  void deadInputsAreCountedAndPrunedFirst() throws IOException {
    try (TensorScope scope = new TensorScope()) {
      Reconstruction found =
          SparseGpt.withDefaults()
              .solve(
                  layer(diagonal(1, 1, 0, 1))
                      .context(Sparsity.of(0.25), SparsityPattern.LAYER, scope));

      assertThat(found.deadColumns()).isEqualTo(1);
      assertThat(CalibratedLayer.pruned(found.mask()).stream()).containsExactly(2, 6);
    }
  }

  private static Diagnostics diagnostics(PruningMethod method, double... gram) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      return method
          .prune(layer(gram).context(Sparsity.of(0.25), SparsityPattern.LAYER, scope))
          .diagnostics();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sparsegpt", "obs-diff"})
  void reportsTellOfMoreDampingAndOfDeadInputs(String name) throws IOException {
    PruningMethod method = PruningMethods.named(name);
    double[] weak = diagonal(1, 1, 0, 1);
    weak[1] = 1.05;
    weak[4] = 1.05;

    Diagnostics usual = diagnostics(method, diagonal(1, 1, 1, 1));
    assertThat(usual.values()).isEqualTo(Map.of("damping", 0.01, "deadColumns", 0.0));
    assertThat(usual.notable()).isEmpty();
    Diagnostics told = diagnostics(method, weak);
    assertThat(told.values()).isEqualTo(Map.of("damping", 0.1, "deadColumns", 1.0));
    assertThat(told.notable()).isEqualTo(told.values());
  }

  @Test
  void existingZerosStayAndCount() throws IOException {
    float[] weights = {0, 20, 30, 40, 50, 60, 70, 0};
    double[] gram = diagonal(2, 2, 2, 2);
    gram[1] = 1;
    gram[4] = 1;
    CalibratedLayer layer = layer(gram).with(weights);
    try (TensorScope scope = new TensorScope()) {
      SparseGpt method = SparseGpt.withDefaults().withExtend(true);
      assertThat(
              CalibratedLayer.pruned(
                  method
                      .solve(layer.context(Sparsity.of(0.25), SparsityPattern.LAYER, scope))
                      .mask())
                  .stream())
          .containsExactly(0, 7);
      assertThat(
              method
                  .solve(layer.context(Sparsity.of(0.5), SparsityPattern.LAYER, scope))
                  .mask()
                  .prunedCount())
          .isEqualTo(4);
    }
  }

  @Test
  void patternsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> SparseGpt.withDefaults().requireSupport(new Grouped(1, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("blocks of 128 columns, which groups of 3 do not fill");
    assertThatThrownBy(() -> new ObsDiff().requireSupport(SparsityPattern.ROW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use layer or zeros per group");
    assertThatThrownBy(
            () -> Wanda.withDefaults().withVariant(true).requireSupport(new Grouped(2, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use row");
    assertThatThrownBy(
            () ->
                Ria.withDefaults()
                    .with(Permutation.HEURISTIC)
                    .requireSupport(SparsityPattern.LAYER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("zeros per group only");
    assertThatThrownBy(() -> Wanda.withDefaults().with(SelectionRule.TORCH_PRUNE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("method wanda has no rule TORCH_PRUNE; it has EXACT and WANDA");
  }

  @ParameterizedTest
  @CsvSource({
    "wanda, variant, true, 'rule EXACT, row-wise variant'",
    "wanda, rule, wanda, rule WANDA",
    "ria, power, 0.25, 'rule EXACT, power 0.25'",
    "ria, permute, assignment, 'rule EXACT, power 0.5, inputs permuted by ASSIGNMENT'",
    "sparsegpt, block-size, 64, 'rule EXACT, blocks of 64, damping 0.01, factor FLOAT32'",
    "sparsegpt, damping, 0.1, 'rule EXACT, blocks of 128, damping 0.1, factor FLOAT32'",
    "sparsegpt, factor, float64, 'rule EXACT, blocks of 128, damping 0.01, factor FLOAT64'",
    "sparsegpt, rule, reference, 'rule REFERENCE, blocks of 128, damping 0.01, factor FLOAT32'",
    "sparsegpt, extend, true,"
        + " 'rule EXACT, blocks of 128, damping 0.01, factor FLOAT32, extending the mask'",
    "obs-diff, damping, 0.1,"
        + " 'rule EXACT, blocks of 128, damping 0.1, factor FLOAT32, timesteps as weighed by the"
        + " calibration'"
  })
  void optionsAreSetByText(String name, String option, String value, String settings) {
    PruningMethod method = PruningMethods.named(name);

    assertThat(method.with(option, value).settings()).isEqualTo(settings);
    assertThat(method.options()).containsKey(option);
  }

  @ParameterizedTest
  @CsvSource({
    "wanda, speed, 1, has no option",
    "wanda, variant, maybe, expected true or false",
    "ria, power, -1, must be at least 0",
    "ria, power, x, no number",
    "ria, permute, true, expected one of",
    "sparsegpt, block-size, 1.5, no whole number",
    "sparsegpt, block-size, 0, must be at least 1",
    "sparsegpt, damping, 2, must be from 0 to 1",
    "sparsegpt, factor, half, expected one of"
  })
  void wrongOptionsAreRefused(String name, String option, String value, String message) {
    assertThatThrownBy(() -> PruningMethods.named(name).with(option, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message.replace("\"", ""));
  }
}
