package io.github.espalier.methods.owl;

import io.github.espalier.core.allocation.AllocationRule;
import io.github.espalier.core.allocation.BudgetShares;
import io.github.espalier.core.allocation.LayerGrouping;
import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.methods.calibrated.GroupedBudget;
import io.github.espalier.methods.calibrated.Options;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Prunes blocks less the more outliers there are among their Wanda scores, <i>|W_ij| sqrt(s_j /
 * N)</i> with <i>s_j</i> the sum of squares of input <i>j</i> over <i>N</i> samples.
 *
 * <p>A block's outlier ratio <i>D</i> is the share of its scores over <i>m</i> times their mean.
 * Ratios are mapped to <i>x = 2 lambda (D - min D) / (max D - min D)</i>, and the block's sparsity
 * is <i>c - x</i>. With {@link AllocationRule#EXACT} the number <i>c</i> is such that the mean
 * weighted by parameters is the budget, with sparsities kept within 0 to 1, and the layers' counts
 * add up to the budget's to the weight. With equal ratios all sparsities are the budget's.
 *
 * <p>{@link AllocationRule#REFERENCE} is the published formula: <i>c</i> is the budget plus the
 * mean of <i>x</i> over blocks, whatever their sizes. What is 0 or less becomes 0.01, as the
 * published code has it for Wanda and SparseGPT; what is over 1, where that code fails, becomes 1.
 * Where ratios are equal, and it divides by zero, all sparsities are the budget's.
 *
 * <p>Immutable and safe for use by many threads.
 *
 * <p>Source: Yin et al., "Outlier Weighed Layerwise Sparsity (OWL): A Missing Secret Sauce for
 * Pruning LLMs to High Sparsity", ICML 2024, <a href="https://arxiv.org/abs/2310.05175">arXiv
 * 2310.05175</a>; luuyin/OWL, {@code lib/prune_all.py}.
 */
public final class Owl implements SparsityAllocation {
  private static final double LEAST_OF_REFERENCE = 0.01;
  private static final Owl DEFAULT = new Owl(0.08, 7, GroupedBudget.DEFAULT);

  private final double lambda;
  private final double multiple;
  private final GroupedBudget shared;

  /**
   * Makes the allocation with a lambda of 0.08, an m of 7, by block and with the exact rule, for
   * {@link java.util.ServiceLoader}.
   */
  public Owl() {
    this(DEFAULT.lambda, DEFAULT.multiple, DEFAULT.shared);
  }

  private Owl(double lambda, double multiple, GroupedBudget shared) {
    this.lambda = lambda;
    this.multiple = multiple;
    this.shared = shared;
  }

  private Owl shared(GroupedBudget changed) {
    return new Owl(lambda, multiple, changed);
  }

  /**
   * Returns the allocation with a lambda of 0.08, an m of 7, by block and with the exact rule.
   *
   * @return the allocation
   */
  public static Owl withDefaults() {
    return DEFAULT;
  }

  /**
   * Sets how far sparsities differ.
   *
   * @param half half the difference between the largest and the smallest, from 0 to 1
   * @return a changed copy
   * @throws IllegalArgumentException if it is out of range
   */
  public Owl withLambda(double half) {
    if (!(half >= 0 && half <= 1)) {
      throw new IllegalArgumentException("lambda is " + half + ", but must be from 0 to 1");
    }
    return new Owl(half, multiple, shared);
  }

  /**
   * Sets what an outlier is.
   *
   * @param timesMean scores over this many times their mean are outliers; finite and above 0
   * @return a changed copy
   * @throws IllegalArgumentException if it is out of range
   */
  public Owl withOutliersAbove(double timesMean) {
    if (!(timesMean > 0) || Double.isInfinite(timesMean)) {
      throw new IllegalArgumentException("m is " + timesMean + ", but must be above 0");
    }
    return new Owl(lambda, timesMean, shared);
  }

  /**
   * Sets which layers get the same sparsity.
   *
   * @param by the grouping
   * @return a changed copy
   */
  public Owl with(LayerGrouping by) {
    return shared(shared.with(by));
  }

  /**
   * Sets whether the budget is met, or the published formula repeated.
   *
   * @param kind the rule
   * @return a changed copy
   */
  public Owl with(AllocationRule kind) {
    return shared(shared.with(kind));
  }

  @Override
  public SparsityAllocation with(String option, String value) {
    return switch (option) {
      case "lambda" -> withLambda(Options.number(option, value));
      case "m" -> withOutliersAbove(Options.number(option, value));
      case "by" -> with(LayerGrouping.parse(value));
      case "rule" -> shared(shared.withRule(value));
      default -> SparsityAllocation.super.with(option, value);
    };
  }

  @Override
  public Map<String, String> options() {
    return GroupedBudget.options(
        Map.of(
            "lambda",
            "half the difference between the largest and the smallest sparsity, from 0 to 1",
            "m",
            "scores over this many times their mean are outliers"));
  }

  @Override
  public String name() {
    return "owl";
  }

  @Override
  public String source() {
    return "Yin et al., \"Outlier Weighed Layerwise Sparsity (OWL): A Missing Secret Sauce for Pruning"
        + " LLMs to High Sparsity\", ICML 2024, arXiv 2310.05175";
  }

  @Override
  public String settings() {
    return "lambda " + lambda + ", m " + multiple + ", " + shared;
  }

  @Override
  public StatisticsNeed needs() {
    return StatisticsNeed.MOMENTS;
  }

  @Override
  public boolean meetsBudget() {
    return shared.rule() == AllocationRule.EXACT;
  }

  @Override
  public List<Sparsity> allocate(List<WeightedLayer> layers, Sparsity budget) throws IOException {
    List<List<Integer>> groups = shared.groups(layers);
    double[] ratios = new double[groups.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = OutlierRatio.of(groups.get(i).stream().map(layers::get).toList(), multiple);
    }
    long[] sizes = GroupedBudget.sizes(layers);
    long[] groupSizes =
        groups.stream()
            .mapToLong(group -> group.stream().mapToLong(each -> sizes[each]).sum())
            .toArray();
    double[] ofGroups =
        meetsBudget()
            ? exact(ratios, groupSizes, lambda, budget)
            : published(ratios, lambda, budget);
    double[] shares = GroupedBudget.ofLayers(ofGroups, groups, layers.size());
    return meetsBudget() ? BudgetShares.counted(shares, sizes, budget) : asPublished(shares);
  }

  /** Sparsities from 0 to 1 whose mean weighted by sizes is the budget. */
  static double[] exact(double[] ratios, long[] sizes, double lambda, Sparsity budget) {
    double[] wishes = Arrays.stream(spread(ratios, lambda)).map(each -> -each).toArray();
    return BudgetShares.shifted(wishes, sizes, budget);
  }

  /** The published formula, which may leave 0 to 1. */
  static double[] published(double[] ratios, double lambda, Sparsity budget) {
    double[] spread = spread(ratios, lambda);
    double mean = Arrays.stream(spread).average().orElse(0);
    return Arrays.stream(spread).map(each -> 1 - (each - mean + (1 - budget.fraction()))).toArray();
  }

  private static double[] spread(double[] ratios, double lambda) {
    double least = Arrays.stream(ratios).min().orElse(0);
    double range = Arrays.stream(ratios).max().orElse(0) - least;
    return Arrays.stream(ratios)
        .map(each -> range > 0 ? (each - least) / range * 2 * lambda : 0)
        .toArray();
  }

  private static List<Sparsity> asPublished(double[] shares) {
    List<Sparsity> sparsities = new ArrayList<>();
    for (double share : shares) {
      sparsities.add(Sparsity.of(share <= 0 ? LEAST_OF_REFERENCE : Math.min(1, share)));
    }
    return sparsities;
  }
}
