package io.github.espalier.methods.calibrated;

import io.github.espalier.core.allocation.AllocationRule;
import io.github.espalier.core.allocation.LayerGrouping;
import io.github.espalier.core.allocation.SparsityAllocation.WeightedLayer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings that allocations have in common which share a budget out among groups of layers.
 * Immutable.
 *
 * @param grouping which layers get the same sparsity; the option {@code by}
 * @param rule whether the budget is met, or the published formula repeated; the option {@code rule}
 */
public record GroupedBudget(LayerGrouping grouping, AllocationRule rule) {
  /** By block, and with the exact rule. */
  public static final GroupedBudget DEFAULT =
      new GroupedBudget(LayerGrouping.BLOCK, AllocationRule.EXACT);

  /**
   * Sets which layers get the same sparsity.
   *
   * @param by the grouping
   * @return a changed copy
   */
  public GroupedBudget with(LayerGrouping by) {
    return new GroupedBudget(by, rule);
  }

  /**
   * Sets whether the budget is met, or the published formula repeated.
   *
   * @param kind the rule
   * @return a changed copy
   */
  public GroupedBudget with(AllocationRule kind) {
    return new GroupedBudget(grouping, kind);
  }

  /**
   * Reads the rule.
   *
   * @param value its text
   * @return a changed copy
   * @throws IllegalArgumentException if there is no such rule
   */
  public GroupedBudget withRule(String value) {
    return with(Options.constant(AllocationRule.values(), "rule", value));
  }

  /**
   * Describes the two settings beside those that an allocation has of its own.
   *
   * @param own what each of its own settings may be, by its name
   * @return all of them
   */
  public static Map<String, String> options(Map<String, String> own) {
    Map<String, String> all = new TreeMap<>(own);
    all.put(
        "by", "which layers get the same sparsity: block, layer, or a depth of the layers' names");
    all.put(
        "rule",
        "whether the budget is met, or the published formula repeated: one of "
            + Arrays.toString(AllocationRule.values()));
    return all;
  }

  /**
   * Puts layers into groups.
   *
   * @param layers layers of one component
   * @return for each group the indices of its layers
   */
  public List<List<Integer>> groups(List<WeightedLayer> layers) {
    return grouping.groups(layers.stream().map(WeightedLayer::layer).toList());
  }

  /**
   * Gives each layer what its group has.
   *
   * @param ofGroups a number for each group
   * @param groups for each group the indices of its layers
   * @param layers how many layers there are
   * @return a number for each layer
   */
  public static double[] ofLayers(double[] ofGroups, List<List<Integer>> groups, int layers) {
    double[] all = new double[layers];
    for (int i = 0; i < ofGroups.length; i++) {
      for (int each : groups.get(i)) {
        all[each] = ofGroups[i];
      }
    }
    return all;
  }

  /**
   * Counts the weights of each layer.
   *
   * @param layers the layers
   * @return a number for each
   */
  public static long[] sizes(List<WeightedLayer> layers) {
    return layers.stream().mapToLong(each -> each.layer().parameters()).toArray();
  }

  /** Returns both settings for reports, such as {@code by block, rule EXACT}. */
  @Override
  public String toString() {
    return "by " + grouping + ", rule " + rule;
  }
}
