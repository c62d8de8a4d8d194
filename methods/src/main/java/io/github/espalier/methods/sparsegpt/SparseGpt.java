package io.github.espalier.methods.sparsegpt;

import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.Diagnostics;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.Cholesky.Precision;
import io.github.espalier.methods.calibrated.Options;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Prunes weights in blocks of columns, and changes those to their right so that the layer's output
 * on the calibration input changes as little as possible.
 *
 * <p>With H = 2/N X^T X, damped by a share of the mean of its diagonal, and the upper triangular U
 * of {@code U^T U = H^-1}, a weight costs {@code w^2 / (U_jj)^2} to prune. In each block of columns
 * the cheapest of all outputs go; their errors are spread over later columns. With zeros per group
 * the cheapest of each group of an output's inputs go, chosen when the sweep comes to the group; a
 * convolution's inputs are taken in the order of the pattern's layout.
 *
 * <ul>
 *   <li>Weights of inputs that were always zero cost nothing, and are pruned first. Those that are
 *       kept have no use for an update, and stay as they are; {@link BlockRule#REFERENCE} prunes
 *       them all.
 *   <li>If H cannot be factored, the damping grows tenfold, up to 1; then the layer is an error.
 *   <li>With {@code extend}, weights that are zero already stay zero and count. In a block that has
 *       more of them than are asked for all of these stay zero.
 *   <li>Weights are computed in binary32, also those stored in binary64.
 *   <li>The report has the {@code damping} and the number of {@code deadColumns}: inputs that were
 *       always zero.
 * </ul>
 *
 * <p>Immutable and safe for use by many threads. Results are the same on every run, whatever the
 * number of threads.
 *
 * <p>Source: Frantar and Alistarh, "SparseGPT: Massive Language Models Can Be Accurately Pruned in
 * One-Shot", ICML 2023, <a href="https://arxiv.org/abs/2301.00774">arXiv 2301.00774</a>, algorithm
 * 1; for the factor, Hessian and damping the reference implementation IST-DASLab/sparsegpt.
 */
public final class SparseGpt implements PruningMethod {
  private static final SparseGpt DEFAULT =
      new SparseGpt(128, 0.01, Precision.FLOAT32, BlockRule.EXACT, false);
  private static final String DAMPING = "damping";
  private static final String DEAD_COLUMNS = "deadColumns";

  private final int blockSize;
  private final double damping;
  private final Precision factor;
  private final BlockRule rule;
  private final boolean extend;

  /** Makes the method with its default settings, for {@link java.util.ServiceLoader}. */
  public SparseGpt() {
    this(DEFAULT.blockSize, DEFAULT.damping, DEFAULT.factor, DEFAULT.rule, DEFAULT.extend);
  }

  private SparseGpt(
      int blockSize, double damping, Precision factor, BlockRule rule, boolean extend) {
    this.blockSize = blockSize;
    this.damping = damping;
    this.factor = factor;
    this.rule = rule;
    this.extend = extend;
  }

  /**
   * Returns the method with blocks of 128 columns, a damping of 0.01, a binary32 factor and the
   * exact rule, which starts from dense weights.
   *
   * @return the method
   */
  public static SparseGpt withDefaults() {
    return DEFAULT;
  }

  /**
   * Sets how many columns are ranked together. With zeros per group it must be a multiple of the
   * group size.
   *
   * @param columns at least 1
   * @return a changed copy
   * @throws IllegalArgumentException if there is none
   */
  public SparseGpt withBlockSize(int columns) {
    if (columns < 1) {
      throw new IllegalArgumentException("block size is " + columns + ", but must be at least 1");
    }
    return new SparseGpt(columns, damping, factor, rule, extend);
  }

  /**
   * Sets what is added to the diagonal of H, as a share of the diagonal's mean.
   *
   * @param share from 0 to 1
   * @return a changed copy
   * @throws IllegalArgumentException if it is outside 0 to 1
   */
  public SparseGpt withDamping(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("damping is " + share + ", but must be from 0 to 1");
    }
    return new SparseGpt(blockSize, share, factor, rule, extend);
  }

  /**
   * Sets the numbers that U is computed with.
   *
   * @param precision the numbers
   * @return a changed copy
   */
  public SparseGpt withFactor(Precision precision) {
    return new SparseGpt(blockSize, damping, precision, rule, extend);
  }

  /**
   * Sets the rule for counts and ties.
   *
   * @param blockRule the rule
   * @return a changed copy
   */
  public SparseGpt with(BlockRule blockRule) {
    return new SparseGpt(blockSize, damping, factor, blockRule, extend);
  }

  /**
   * Sets whether weights that are zero already stay zero and count.
   *
   * @param extendMask true to extend the mask that the weights have
   * @return a changed copy
   */
  public SparseGpt withExtend(boolean extendMask) {
    return new SparseGpt(blockSize, damping, factor, rule, extendMask);
  }

  @Override
  public PruningMethod with(String option, String value) {
    return switch (option) {
      case "block-size" -> withBlockSize(Options.wholeNumber(option, value));
      case "damping" -> withDamping(Options.number(option, value));
      case "factor" -> withFactor(Options.constant(Precision.values(), option, value));
      case "rule" -> with(Options.constant(BlockRule.values(), option, value));
      case "extend" -> withExtend(Options.flag(option, value));
      default -> throw Options.unknown(name(), option, options().keySet());
    };
  }

  @Override
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("block-size", "columns that are ranked together, a multiple of a group (128)");
    options.put("damping", "share of the Hessian's mean diagonal that is added to it (0.01)");
    options.put("factor", "numbers that the Hessian is factored with: float32 (default), float64");
    options.put("rule", "counts and ties: exact (default), or reference, as in the published code");
    options.put("extend", "true if weights that are zero already stay so and count (false)");
    return options;
  }

  @Override
  public String name() {
    return "sparsegpt";
  }

  @Override
  public String source() {
    return "Frantar and Alistarh, \"SparseGPT: Massive Language Models Can Be Accurately Pruned in"
        + " One-Shot\", ICML 2023, arXiv 2301.00774";
  }

  @Override
  public String settings() {
    return "rule "
        + rule
        + ", blocks of "
        + blockSize
        + ", damping "
        + damping
        + ", factor "
        + factor
        + (extend ? ", extending the mask" : "");
  }

  @Override
  public StatisticsNeed needs() {
    return StatisticsNeed.GRAM;
  }

  @Override
  public void requireSupport(SparsityPattern pattern) {
    if (pattern instanceof Grouped grouped) {
      if (blockSize % grouped.groupSize() != 0) {
        throw new IllegalArgumentException(
            "method "
                + name()
                + " has blocks of "
                + blockSize
                + " columns, which groups of "
                + grouped.groupSize()
                + " do not fill; set block-size to a multiple of it");
      }
    } else if (!pattern.equals(SparsityPattern.LAYER)) {
      throw new IllegalArgumentException(
          "method "
              + name()
              + " ranks the weights of all outputs in blocks of columns and cannot produce pattern "
              + pattern.label()
              + "; use layer or zeros per group");
    }
  }

  @Override
  public Outcome prune(LayerContext layer) throws IOException {
    Reconstruction result = solve(layer);
    return new Outcome.Updated(result.mask(), result.weights(), diagnostics(result));
  }

  private Diagnostics diagnostics(Reconstruction result) {
    Diagnostics damped =
        result.damping() > damping
            ? Diagnostics.none().withNotable(DAMPING, result.damping())
            : Diagnostics.none().with(DAMPING, result.damping());
    return result.deadColumns() > 0
        ? damped.withNotable(DEAD_COLUMNS, result.deadColumns())
        : damped.with(DEAD_COLUMNS, 0);
  }

  /**
   * Prunes one layer, and tells what came up.
   *
   * @param layer the layer, its weights, statistics and what is asked
   * @return mask, new weights and what came up
   * @throws IllegalArgumentException if the pattern is not supported
   * @throws PruningException if weights or statistics are infinite or NaN, or H cannot be factored
   * @throws IOException if reading fails
   */
  public Reconstruction solve(LayerContext layer) throws IOException {
    requireSupport(layer.pattern());
    return LayerSolver.solve(layer, this, Optional.empty());
  }

  /**
   * Gives the weights that a mask keeps new values, in place of choosing a mask.
   *
   * @param layer the layer, its dense weights and statistics; its sparsity and pattern do not
   *     matter
   * @param mask the weights that stay
   * @return the same mask, new weights and what came up; with {@link BlockRule#REFERENCE} the mask
   *     prunes weights of inputs that were always zero, too
   * @throws IllegalArgumentException if the mask has another shape than the layer
   * @throws PruningException if weights or statistics are infinite or NaN, or H cannot be factored
   * @throws IOException if reading fails
   */
  public Reconstruction reconstruct(LayerContext layer, Mask mask) throws IOException {
    if (!mask.shape().equals(layer.layer().shape())) {
      throw new IllegalArgumentException(
          "a mask of shape " + mask.shape() + " does not fit layer " + layer.layer());
    }
    return LayerSolver.solve(layer, this, Optional.of(mask));
  }

  int blockSize() {
    return blockSize;
  }

  double damping() {
    return damping;
  }

  Precision factor() {
    return factor;
  }

  BlockRule rule() {
    return rule;
  }

  boolean extend() {
    return extend;
  }
}
