package io.github.espalier.methods.alpha;

import io.github.espalier.core.allocation.AllocationRule;
import io.github.espalier.core.allocation.BudgetShares;
import io.github.espalier.core.allocation.LayerGrouping;
import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.methods.calibrated.GroupedBudget;
import io.github.espalier.methods.calibrated.Options;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Prunes blocks less the heavier the tails of their layers' spectra are; needs no calibration.
 *
 * <p>A layer's exponent <i>alpha</i> is Hill's estimate over the tail of its squared singular
 * values, <i>1 + n / sum(ln(v_i / v_1))</i> over the <i>n</i> values of the tail; small exponents
 * are heavy tails. A block's is the mean of its layers'. Exponents are mapped linearly to <i>r</i>
 * from <i>1 - epsilon</i> to <i>1 + epsilon</i>, and sparsities are <i>c r</i>. With {@link
 * AllocationRule#EXACT} <i>c</i> is such that the mean weighted by parameters is the budget, with
 * sparsities kept at 1 or less, and the layers' counts add up to the budget's to the weight. {@link
 * AllocationRule#REFERENCE} is the published formula, where <i>c</i> leaves that limit aside, and
 * what is over 1 becomes 1.
 *
 * <p>A convolution's spectrum is that of its matrices of outputs by input channels at all positions
 * of the kernel together. A layer that gives no estimate, such as one of zeros or of a single
 * output, does not count in the mean of its block; a block of such layers gets the mean of the
 * other blocks; if there are none, or all exponents are equal, all sparsities are the budget's.
 *
 * <p>Immutable and safe for use by many threads.
 *
 * <p>Source: Lu et al., "AlphaPruning: Using Heavy-Tailed Self Regularization Theory for Improved
 * Layer-wise Pruning of Large Language Models", NeurIPS 2024, <a
 * href="https://arxiv.org/abs/2410.10912">arXiv 2410.10912</a>; haiquanlu/AlphaPruning, {@code
 * lib/prune.py} and {@code lib/esd_utils.py}.
 */
public final class AlphaPruning implements SparsityAllocation {
  private static final AlphaPruning DEFAULT =
      new AlphaPruning(0.3, Tail.MEDIAN, GroupedBudget.DEFAULT);

  private final double epsilon;
  private final Tail tail;
  private final GroupedBudget shared;

  /**
   * Makes the allocation with an epsilon of 0.3, tails from the median on, by block and with the
   * exact rule, for {@link java.util.ServiceLoader}.
   */
  public AlphaPruning() {
    this(DEFAULT.epsilon, DEFAULT.tail, DEFAULT.shared);
  }

  private AlphaPruning(double epsilon, Tail tail, GroupedBudget shared) {
    this.epsilon = epsilon;
    this.tail = tail;
    this.shared = shared;
  }

  private AlphaPruning shared(GroupedBudget changed) {
    return new AlphaPruning(epsilon, tail, changed);
  }

  /**
   * Returns the allocation with an epsilon of 0.3, tails from the median on, by block and with the
   * exact rule.
   *
   * @return the allocation
   */
  public static AlphaPruning withDefaults() {
    return DEFAULT;
  }

  /**
   * Sets how far sparsities differ.
   *
   * @param spread sparsities are between {@code 1 - spread} and {@code 1 + spread} times a common
   *     one; from 0 to less than 1
   * @return a changed copy
   * @throws IllegalArgumentException if it is out of range
   */
  public AlphaPruning withEpsilon(double spread) {
    if (!(spread >= 0 && spread < 1)) {
      throw new IllegalArgumentException(
          "epsilon is " + spread + ", but must be from 0 to less than 1");
    }
    return new AlphaPruning(spread, tail, shared);
  }

  /**
   * Sets where tails start.
   *
   * @param start the start
   * @return a changed copy
   */
  public AlphaPruning with(Tail start) {
    return new AlphaPruning(epsilon, start, shared);
  }

  /**
   * Sets which layers get the same sparsity.
   *
   * @param by the grouping
   * @return a changed copy
   */
  public AlphaPruning with(LayerGrouping by) {
    return shared(shared.with(by));
  }

  /**
   * Sets whether the budget is met, or the published formula repeated.
   *
   * @param kind the rule
   * @return a changed copy
   */
  public AlphaPruning with(AllocationRule kind) {
    return shared(shared.with(kind));
  }

  @Override
  public SparsityAllocation with(String option, String value) {
    return switch (option) {
      case "epsilon" -> withEpsilon(Options.number(option, value));
      case "tail" -> with(Options.constant(Tail.values(), option, value));
      case "by" -> with(LayerGrouping.parse(value));
      case "rule" -> shared(shared.withRule(value));
      default -> SparsityAllocation.super.with(option, value);
    };
  }

  @Override
  public Map<String, String> options() {
    return GroupedBudget.options(
        Map.of(
            "epsilon",
            "how far sparsities are from a common one, as a share of it, less than 1",
            "tail",
            "where tails of spectra start: one of " + Arrays.toString(Tail.values())));
  }

  @Override
  public String name() {
    return "alpha";
  }

  @Override
  public String source() {
    return "Lu et al., \"AlphaPruning: Using Heavy-Tailed Self Regularization Theory for Improved"
        + " Layer-wise Pruning of Large Language Models\", NeurIPS 2024, arXiv 2410.10912";
  }

  @Override
  public String settings() {
    return "epsilon " + epsilon + ", tail " + tail + ", " + shared;
  }

  @Override
  public boolean meetsBudget() {
    return shared.rule() == AllocationRule.EXACT;
  }

  @Override
  public List<Sparsity> allocate(List<WeightedLayer> layers, Sparsity budget) throws IOException {
    double[] exponents = new double[layers.size()];
    for (int i = 0; i < exponents.length; i++) {
      exponents[i] = PowerLaw.exponent(LayerSpectrum.of(layers.get(i)), tail);
    }
    List<List<Integer>> groups = shared.groups(layers);
    double[] factors =
        GroupedBudget.ofLayers(factors(means(exponents, groups), epsilon), groups, layers.size());
    long[] sizes = GroupedBudget.sizes(layers);
    return meetsBudget()
        ? BudgetShares.counted(BudgetShares.scaled(factors, sizes, budget), sizes, budget)
        : Arrays.stream(published(factors, sizes, budget))
            .mapToObj(share -> Sparsity.of(Math.min(1, share)))
            .toList();
  }

  /** Each group's mean of what could be estimated; the mean of the others where nothing could. */
  private static double[] means(double[] exponents, List<List<Integer>> groups) {
    double[] means =
        groups.stream()
            .mapToDouble(
                group ->
                    group.stream()
                        .mapToDouble(each -> exponents[each])
                        .filter(Double::isFinite)
                        .average()
                        .orElse(Double.NaN))
            .toArray();
    double others = Arrays.stream(means).filter(Double::isFinite).average().orElse(1);
    return Arrays.stream(means).map(mean -> Double.isNaN(mean) ? others : mean).toArray();
  }

  /** Maps exponents linearly to 1 - epsilon to 1 + epsilon. */
  static double[] factors(double[] exponents, double epsilon) {
    double least = Arrays.stream(exponents).min().orElse(1);
    double range = Arrays.stream(exponents).max().orElse(1) - least;
    return Arrays.stream(exponents)
        .map(each -> range > 0 ? (each - least) / range * 2 * epsilon + 1 - epsilon : 1)
        .toArray();
  }

  /** The published formula, whose results may be over 1. */
  static double[] published(double[] factors, long[] sizes, Sparsity budget) {
    double total = 0;
    double weighted = 0;
    for (int i = 0; i < factors.length; i++) {
      total += sizes[i];
      weighted += factors[i] * sizes[i];
    }
    double factor = total == 0 ? budget.fraction() : budget.fraction() * total / weighted;
    return Arrays.stream(factors).map(each -> each * factor).toArray();
  }
}
