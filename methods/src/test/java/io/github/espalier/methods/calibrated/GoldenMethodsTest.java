package io.github.espalier.methods.calibrated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.selection.SelectionRule;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.ConvolutionLayout;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.Cholesky.Precision;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.NdArrays;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.methods.ria.Permutation;
import io.github.espalier.methods.ria.Ria;
import io.github.espalier.methods.sparsegpt.BlockRule;
import io.github.espalier.methods.sparsegpt.Reconstruction;
import io.github.espalier.methods.sparsegpt.SparseGpt;
import io.github.espalier.methods.wanda.Wanda;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Masks and weights are those of {@code make_layer_golden.py}. Masks are the same bit for bit: no
 * golden score of a kept weight is within float error of a pruned one, but for exact ties, whose
 * order is defined.
 */
class GoldenMethodsTest {
  /** A result and the layer that it is of. */
  private record Golden(GoldenLayer layer, JsonNode result) {
    String text(String field) {
      return result.get(field).textValue();
    }

    String tensor(String suffix) {
      return layer.name() + "/" + text("id") + "/" + suffix;
    }

    BitSet mask() {
      return GoldenFile.LAYERS.mask(tensor("mask"));
    }

    BitSet given() {
      return GoldenFile.LAYERS.mask(layer.name() + "/" + text("given") + "/mask");
    }

    boolean isOf(String method) {
      return text("method").equals(method);
    }

    LayerContext context(CalibratedLayer of, TensorScope scope) {
      if (result.has("group")) {
        JsonNode group = result.get("group");
        Grouped pattern =
            new Grouped(group.get(0).intValue(), group.get(1).intValue())
                .with(
                    result.has("layout")
                        ? ConvolutionLayout.INPUT_CHANNELS
                        : ConvolutionLayout.FLATTENED);
        return of.context(pattern.sparsity(), pattern, scope);
      }
      Sparsity sparsity = result.has("sparsity") ? Sparsity.parse(text("sparsity")) : Sparsity.ZERO;
      boolean rows = text("rule").endsWith("row") || text("rule").equals("variant");
      return of.context(sparsity, rows ? SparsityPattern.ROW : SparsityPattern.LAYER, scope);
    }

    @Override
    public String toString() {
      return layer + "/" + text("id");
    }
  }

  private static List<Golden> all(String... methods) {
    List<Golden> all = new ArrayList<>();
    for (GoldenLayer layer : GoldenLayer.all()) {
      for (JsonNode result : layer.results()) {
        Golden golden = new Golden(layer, result);
        if (List.of(methods).contains(golden.text("method"))) {
          all.add(golden);
        }
      }
    }
    return all;
  }

  static List<Golden> saliencies() {
    return all("wanda", "ria").stream()
        .filter(golden -> !golden.text("rule").equals("assigned"))
        .toList();
  }

  static List<Golden> assigned() {
    return all("ria").stream().filter(golden -> golden.text("rule").equals("assigned")).toList();
  }

  @ParameterizedTest
  @MethodSource("saliencies")
  void saliencyMasks(Golden golden) throws IOException {
    String text = golden.text("rule");
    boolean published = text.startsWith("reference") || text.equals("variant");
    SelectionRule rule = published ? SelectionRule.WANDA : SelectionRule.EXACT;
    PruningMethod method =
        golden.isOf("wanda")
            ? Wanda.withDefaults().with(rule).withVariant(text.equals("variant"))
            : Ria.withDefaults()
                .with(rule)
                .with(text.equals("permuted") ? Permutation.HEURISTIC : Permutation.NONE);
    try (TensorScope scope = new TensorScope()) {
      LayerContext context = golden.context(CalibratedLayer.of(golden.layer), scope);

      assertThat(CalibratedLayer.pruned(method.prune(context).mask())).isEqualTo(golden.mask());
      if (method instanceof Ria ria && text.equals("permuted")) {
        assertThat(ria.inputOrder(context)).containsExactly(order(golden));
      }
    }
  }

  /**
   * Scores are a handful of products in binary32, so within 1e-6 of themselves. The variant chooses
   * among thresholds, and its gap is that of two totals in binary64.
   */
  @ParameterizedTest
  @MethodSource("saliencies")
  void noScoreIsWithinRoundingOfAnother(Golden golden) {
    double gap = golden.result.get("gap").doubleValue();
    assertThat(gap)
        .satisfiesAnyOf(
            each -> assertThat(each).as("an exact tie").isZero(),
            each ->
                assertThat(each).isGreaterThan(golden.text("rule").equals("variant") ? 0 : 1e-6));
  }

  private static int[] order(Golden golden) {
    double[] order = GoldenFile.LAYERS.values(golden.tensor("order"));
    return Arrays.stream(order).mapToInt(i -> (int) i).toArray();
  }

  /** Order and mask are those of the script but where several are the best. */
  @ParameterizedTest
  @MethodSource("assigned")
  void assignedInputs(Golden golden) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      LayerContext context = golden.context(CalibratedLayer.of(golden.layer), scope);
      Ria method = Ria.withDefaults().with(Permutation.ASSIGNMENT);
      Mask mask = method.prune(context).mask();

      FloatBuffer saliency = NdArrays.floats(method.saliency(context));
      double kept = 0;
      for (int i = 0; i < saliency.limit(); i++) {
        kept += mask.isKept(i) ? saliency.get(i) : 0;
      }
      double expected = golden.result.get("kept").doubleValue();
      if (golden.result.get("orderGap").doubleValue() < 1e-6) {
        // Which of several best assignments is taken decides what is left to the places after it.
        assertThat(kept / expected).isCloseTo(1, within(1e-3));
        assertThat(mask.prunedCount()).isEqualTo(golden.mask().cardinality());
      } else {
        // Saliencies are rounded to binary32, so their sum is good to less than that.
        assertThat(kept / expected).isCloseTo(1, within(1e-7));
        assertThat(method.inputOrder(context)).containsExactly(order(golden));
        assertThat(CalibratedLayer.pruned(mask)).isEqualTo(golden.mask());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void sparseGpt(Precision precision) throws IOException {
    // Measured: 1.5e-5 and 7e-7 of a layer's largest weight, by the rounding of the factor and of
    // the weights themselves. Small weights are sums of large ones, so that their own size is no
    // measure of the rounding.
    double tolerance = precision == Precision.FLOAT32 ? 5e-5 : 2e-6;
    List<Golden> cases = all("sparsegpt");
    assertThat(cases).hasSizeGreaterThan(150);
    for (Golden golden : cases) {
      CalibratedLayer layer = CalibratedLayer.of(golden.layer);
      try (TensorScope scope = new TensorScope()) {
        Reconstruction found = solve(golden, layer, precision, scope);
        BitSet expected = golden.mask();
        assertThat(CalibratedLayer.pruned(found.mask())).as(golden.toString()).isEqualTo(expected);
        if (golden.result.has("loss")) {
          double loss = golden.result.get("loss").doubleValue();
          assertThat(Math.abs(found.loss() - loss)).isLessThanOrEqualTo(1e-5 * loss);
        }
        if (GoldenFile.LAYERS.has(golden.tensor("weights"))) {
          double[] weights = GoldenFile.LAYERS.values(golden.tensor("weights"));
          assertThat(difference(NdArrays.floats(found.weights()), weights))
              .as(golden.toString())
              .isLessThanOrEqualTo(tolerance);
        }
      }
    }
  }

  private static Reconstruction solve(
      Golden golden, CalibratedLayer layer, Precision precision, TensorScope scope)
      throws IOException {
    boolean reference = golden.text("rule").startsWith("reference");
    SparseGpt method =
        SparseGpt.withDefaults()
            .withFactor(precision)
            .with(reference ? BlockRule.REFERENCE : BlockRule.EXACT);
    if (golden.result.has("block")) {
      method = method.withBlockSize(golden.result.get("block").intValue());
    }
    if (!golden.result.has("given")) {
      return method.solve(golden.context(layer, scope));
    }
    BitSet given = golden.given();
    if (golden.text("rule").endsWith("reconstruct")) {
      MaskBuilder mask = Mask.builder(layer.shape());
      given.stream().forEach(mask::prune);
      return method.reconstruct(golden.context(layer, scope), mask.build());
    }
    float[] weights = layer.weights().clone();
    given.stream().forEach(i -> weights[i] = 0);
    return method.withExtend(true).solve(golden.context(layer.with(weights), scope));
  }

  private static double difference(FloatBuffer found, double[] expected) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - found.get(i)));
    }
    return difference / largest;
  }

  /** The exact variant prunes what the published one would with the alpha that gives the count. */
  @Test
  void exactVariantMeetsItsCountWithOneShareForAllRows() throws IOException {
    for (GoldenLayer golden : GoldenLayer.all()) {
      CalibratedLayer layer = CalibratedLayer.of(golden);
      for (String sparsity : List.of("0", "0.3", "0.95", "1")) {
        try (TensorScope scope = new TensorScope()) {
          Sparsity share = Sparsity.parse(sparsity);
          LayerContext context = layer.context(share, SparsityPattern.ROW, scope);
          Wanda wanda = Wanda.withDefaults().withVariant(true);
          Mask mask = wanda.prune(context).mask();

          assertThat(mask.prunedCount()).isEqualTo(share.countOf(layer.weights().length));
          assertOneShare(mask, FloatMatrix.of(wanda.saliency(context)));
        }
      }
    }
  }

  /** No row loses a larger share than any other row would with one weight more. */
  private static void assertOneShare(Mask mask, FloatMatrix saliency) {
    double largest = 0;
    double smallestAbove = Double.POSITIVE_INFINITY;
    float[] row = new float[saliency.columns()];
    for (int i = 0; i < saliency.rows(); i++) {
      saliency.get(i, 0, row, 0, row.length);
      double all = 0;
      double pruned = 0;
      double most = 0;
      double next = Double.POSITIVE_INFINITY;
      for (int j = 0; j < row.length; j++) {
        all += row[j];
        if (!mask.isKept((long) i * row.length + j)) {
          pruned += row[j];
          most = Math.max(most, row[j]);
        } else {
          next = Math.min(next, row[j]);
        }
      }
      assertThat(most).isLessThanOrEqualTo(next);
      if (all > 0) {
        largest = Math.max(largest, pruned / all);
        smallestAbove = Math.min(smallestAbove, (pruned + next) / all);
      }
    }
    // Sums in another order differ in their last digits.
    assertThat(largest).isLessThanOrEqualTo(smallestAbove * (1 + 1e-12));
  }
}
