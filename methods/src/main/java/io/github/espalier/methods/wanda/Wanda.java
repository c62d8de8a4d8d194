package io.github.espalier.methods.wanda;

import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.method.SaliencyMethod;
import io.github.espalier.core.selection.SelectionRule;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Unstructured;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.NdArrays;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.methods.calibrated.InputNorms;
import io.github.espalier.methods.calibrated.Options;
import io.github.espalier.methods.calibrated.ScoreRules;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Prunes the weights whose part in their output is smallest: the saliency of a weight is |<i>w</i>|
 * times the norm of its input over the calibration data.
 *
 * <p>Weights are ranked within their output's row, unless another pattern is asked for. The rules
 * are {@link SelectionRule#EXACT} and {@link SelectionRule#WANDA}.
 *
 * <p>In the variant of the paper's appendix rows differ in how many weights they lose: each loses
 * the weights that have together the same share alpha of its saliency. With the exact rule, alpha
 * is where exactly the asked number of the layer's weights goes. With the rule of the published
 * code it is found by bisection from 0.4 in [0, 0.8], until the layer's sparsity is within 0.001 or
 * alpha within 0.001; a row whose smallest saliency exceeds its share keeps all its weights, where
 * that code fails; sparsities that need a larger alpha than 0.8 are missed, as there.
 *
 * <p>Immutable and safe for use by many threads.
 *
 * <p>Source: Sun, Liu, Bair and Kolter, "A Simple and Effective Pruning Approach for Large Language
 * Models", ICLR 2024, <a href="https://arxiv.org/abs/2306.11695">arXiv 2306.11695</a>, and the
 * reference implementation locuslab/wanda.
 */
public final class Wanda implements SaliencyMethod {
  private static final Wanda DEFAULT = new Wanda(SelectionRule.EXACT, false);

  private final SelectionRule rule;
  private final boolean variant;

  /** Makes the method with the exact rule, for {@link java.util.ServiceLoader}. */
  public Wanda() {
    this(SelectionRule.EXACT, false);
  }

  private Wanda(SelectionRule rule, boolean variant) {
    this.rule = rule;
    this.variant = variant;
  }

  /**
   * Returns the method with the exact rule and the same number of weights pruned in each row.
   *
   * @return the method
   */
  public static Wanda withDefaults() {
    return DEFAULT;
  }

  /**
   * Sets the rule for counts and ties.
   *
   * @param selectionRule {@link SelectionRule#EXACT} or {@link SelectionRule#WANDA}
   * @return a changed copy
   * @throws IllegalArgumentException if it is another one
   */
  public Wanda with(SelectionRule selectionRule) {
    return new Wanda(ScoreRules.require(name(), selectionRule), variant);
  }

  /**
   * Sets whether rows lose the same share of their saliency, rather than of their weights.
   *
   * @param adaptive true for the variant
   * @return a changed copy
   */
  public Wanda withVariant(boolean adaptive) {
    return new Wanda(rule, adaptive);
  }

  @Override
  public PruningMethod with(String option, String value) {
    return switch (option) {
      case "rule" -> with(ScoreRules.parse(option, value));
      case "variant" -> withVariant(Options.flag(option, value));
      default -> throw Options.unknown(name(), option, options().keySet());
    };
  }

  @Override
  public Map<String, String> options() {
    return new TreeMap<>(
        Map.of(
            "rule",
            ScoreRules.OPTION,
            "variant",
            "true if rows lose the same share of their saliency, not of their weights (false)"));
  }

  @Override
  public String name() {
    return "wanda";
  }

  @Override
  public String source() {
    return "Sun, Liu, Bair and Kolter, \"A Simple and Effective Pruning Approach for Large Language"
        + " Models\", ICLR 2024, arXiv 2306.11695";
  }

  @Override
  public String settings() {
    return "rule " + rule + (variant ? ", row-wise variant" : "");
  }

  @Override
  public StatisticsNeed needs() {
    return StatisticsNeed.MOMENTS;
  }

  @Override
  public SparsityPattern defaultPattern() {
    return SparsityPattern.ROW;
  }

  @Override
  public SelectionRule rule() {
    return rule;
  }

  @Override
  public void requireSupport(SparsityPattern pattern) {
    rule.requireSupport(pattern);
    if (variant && (!(pattern instanceof Unstructured) || pattern.equals(SparsityPattern.GLOBAL))) {
      throw new IllegalArgumentException(
          "the variant of method wanda cannot produce pattern "
              + pattern.label()
              + "; use row, which it adapts");
    }
  }

  @Override
  public INDArray saliency(LayerContext layer) throws IOException {
    double[] norms = InputNorms.of(layer);
    float[] factors = new float[norms.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float) norms[i];
    }
    INDArray weights = layer.weights();
    FloatMatrix matrix = FloatMatrix.of(weights);
    float[] row = new float[factors.length];
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.get(i, 0, row, 0, row.length);
      for (int j = 0; j < row.length; j++) {
        row[j] = Math.abs(row[j]) * factors[j];
      }
      matrix.put(i, 0, row, 0, row.length);
    }
    return weights;
  }

  @Override
  public Outcome prune(LayerContext layer) throws IOException {
    if (!variant) {
      return SaliencyMethod.super.prune(layer);
    }
    INDArray saliency = saliency(layer);
    if (!NdArrays.isFinite(saliency)) {
      throw PruningException.nonFinite(
          layer.layer(), new ArithmeticException("some saliencies are infinite or NaN"));
    }
    try (TensorScope scope = new TensorScope()) {
      RowShares shares = new RowShares(FloatMatrix.of(saliency), scope);
      return Outcome.of(
          shares.mask(
              layer.layer().shape(),
              rule == SelectionRule.EXACT
                  ? shares.exact(layer.sparsity().countOf(layer.layer().parameters()))
                  : shares.bisected(layer.sparsity().fraction())));
    }
  }
}
