package io.github.espalier.methods.ria;

import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.method.SaliencyMethod;
import io.github.espalier.core.selection.NonFiniteException;
import io.github.espalier.core.selection.SelectionRule;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.methods.calibrated.InputNorms;
import io.github.espalier.methods.calibrated.Options;
import io.github.espalier.methods.calibrated.ScoreRules;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Prunes the weights that matter least to their row and column: the saliency of a weight is {@code
 * (|w| / sum of |w| in its column + |w| / sum of |w| in its row) * s^a}, where s is the norm of its
 * input over the calibration data and a is 0.5. A quotient whose sum is zero counts as zero.
 *
 * <p>Weights are ranked over the whole layer, unless another pattern is asked for. The rules are
 * {@link SelectionRule#EXACT} and {@link SelectionRule#WANDA}.
 *
 * <p>With a {@link Permutation} and zeros per group, inputs are first dealt to the groups, so that
 * salient ones do not compete: in ascending order of the sum of their saliencies, forwards,
 * backwards, forwards and so on, and then, if asked for, improved by linear sum assignment. The
 * mask is in the layer's own order, and has the zeros in groups of {@link #inputOrder}; hardware
 * needs the inputs in that order.
 *
 * <p>Immutable and safe for use by many threads.
 *
 * <p>Source: Zhang and others, "Plug-and-Play: An Efficient Post-training Pruning Method for Large
 * Language Models", ICLR 2024, <a href="https://openreview.net/forum?id=Tr0lPx9woF">OpenReview
 * Tr0lPx9woF</a>, and the reference implementation
 * biomedical-cybernetics/Relative-importance-and-activation-pruning, {@code lib/prune.py}.
 */
public final class Ria implements SaliencyMethod {
  private static final Ria DEFAULT = new Ria(SelectionRule.EXACT, 0.5, Permutation.NONE);

  private final SelectionRule rule;
  private final double power;
  private final Permutation permutation;

  /** Makes the method with its default settings, for {@link java.util.ServiceLoader}. */
  public Ria() {
    this(DEFAULT.rule, DEFAULT.power, DEFAULT.permutation);
  }

  private Ria(SelectionRule rule, double power, Permutation permutation) {
    this.rule = rule;
    this.power = power;
    this.permutation = permutation;
  }

  /**
   * Returns the method with the exact rule, a power of 0.5 and inputs in their own order.
   *
   * @return the method
   */
  public static Ria withDefaults() {
    return DEFAULT;
  }

  /**
   * Sets the rule for counts and ties.
   *
   * @param selectionRule {@link SelectionRule#EXACT} or {@link SelectionRule#WANDA}
   * @return a changed copy
   * @throws IllegalArgumentException if it is another one
   */
  public Ria with(SelectionRule selectionRule) {
    return new Ria(ScoreRules.require(name(), selectionRule), power, permutation);
  }

  /**
   * Sets the power of the inputs' norms.
   *
   * @param exponent a finite number, at least 0; at 0 inputs do not matter
   * @return a changed copy
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public Ria withPower(double exponent) {
    if (!(exponent >= 0) || Double.isInfinite(exponent)) {
      throw new IllegalArgumentException("power is " + exponent + ", but must be at least 0");
    }
    return new Ria(rule, exponent, permutation);
  }

  /**
   * Sets how inputs are dealt to the groups of a pattern with zeros per group.
   *
   * @param dealt how
   * @return a changed copy
   */
  public Ria with(Permutation dealt) {
    return new Ria(rule, power, dealt);
  }

  @Override
  public PruningMethod with(String option, String value) {
    return switch (option) {
      case "rule" -> with(ScoreRules.parse(option, value));
      case "power" -> withPower(Options.number(option, value));
      case "permute" -> with(Options.constant(Permutation.values(), option, value));
      default -> throw Options.unknown(name(), option, options().keySet());
    };
  }

  @Override
  public Map<String, String> options() {
    return new TreeMap<>(
        Map.of(
            "rule",
            ScoreRules.OPTION,
            "power",
            "power of the inputs' norms (0.5)",
            "permute",
            "how inputs are dealt to the groups of a pattern such as 2:4: none (default), heuristic"
                + " or assignment"));
  }

  @Override
  public String name() {
    return "ria";
  }

  @Override
  public String source() {
    return "Zhang et al., \"Plug-and-Play: An Efficient Post-training Pruning Method for Large Language"
        + " Models\", ICLR 2024, OpenReview Tr0lPx9woF";
  }

  @Override
  public String settings() {
    return "rule "
        + rule
        + ", power "
        + power
        + (permutes() ? ", inputs permuted by " + permutation : "");
  }

  @Override
  public StatisticsNeed needs() {
    return StatisticsNeed.MOMENTS;
  }

  @Override
  public SelectionRule rule() {
    return rule;
  }

  @Override
  public void requireSupport(SparsityPattern pattern) {
    rule.requireSupport(pattern);
    if (permutes() && !(pattern instanceof Grouped)) {
      throw new IllegalArgumentException(
          "method ria permutes inputs for zeros per group only, not for pattern "
              + pattern.label());
    }
  }

  @Override
  public INDArray saliency(LayerContext layer) throws IOException {
    double[] factors = InputNorms.of(layer);
    for (int i = 0; i < factors.length; i++) {
      factors[i] = Math.pow(factors[i], power);
    }
    INDArray weights = layer.weights();
    FloatMatrix matrix = FloatMatrix.of(weights);
    float[] row = new float[factors.length];
    double[] columnSums = new double[factors.length];
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.get(i, 0, row, 0, row.length);
      for (int j = 0; j < row.length; j++) {
        columnSums[j] += Math.abs(row[j]);
      }
    }
    for (int j = 0; j < row.length; j++) {
      columnSums[j] = reciprocal(columnSums[j]);
    }
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.get(i, 0, row, 0, row.length);
      double rowSum = 0;
      for (float each : row) {
        rowSum += Math.abs(each);
      }
      double perRow = reciprocal(rowSum);
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) (Math.abs(row[j]) * (columnSums[j] + perRow) * factors[j]);
      }
      matrix.put(i, 0, row, 0, row.length);
    }
    return weights;
  }

  private boolean permutes() {
    return permutation != Permutation.NONE;
  }

  private static double reciprocal(double sum) {
    return sum == 0 ? 0 : 1 / sum;
  }

  @Override
  public Outcome prune(LayerContext layer) throws IOException {
    if (!permutes() || !(layer.pattern() instanceof Grouped pattern)) {
      return SaliencyMethod.super.prune(layer);
    }
    FloatMatrix saliency = FloatMatrix.of(saliency(layer));
    int[] order = DealtInputs.order(saliency, pattern, layer.layer().shape(), permutation);
    try {
      Mask mask = DealtInputs.prune(saliency, pattern, layer, order);
      return Outcome.of(mask);
    } catch (NonFiniteException e) {
      throw PruningException.nonFinite(layer.layer(), e);
    }
  }

  /**
   * Returns the order of the inputs in which the zeros of the mask fall into groups: that of the
   * {@link Permutation} that is set.
   *
   * @param layer the layer; its pattern has zeros per group
   * @return a column of the weight matrix for each place, group by group
   * @throws IllegalArgumentException if the pattern is another one or does not fit the layer
   * @throws IOException if reading fails
   */
  public int[] inputOrder(LayerContext layer) throws IOException {
    if (!(layer.pattern() instanceof Grouped pattern)) {
      throw new IllegalArgumentException(
          "pattern " + layer.pattern().label() + " has no groups to deal inputs to");
    }
    return DealtInputs.order(
        FloatMatrix.of(saliency(layer)), pattern, layer.layer().shape(), permutation);
  }
}
