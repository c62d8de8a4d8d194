package io.github.espalier.core.selection;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.sparsity.ComparisonGroup;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.sparsity.SparsityPattern.Unstructured;
import io.github.espalier.core.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Prunes the least salient weights of each comparison group.
 *
 * <p>The result depends on nothing but the keys: not on threads, memory or platform. Stateless.
 */
public final class Selector {
  private Selector() {}

  /**
   * Prunes one layer.
   *
   * @param keys the layer's saliencies
   * @param sparsity share to prune; ignored for zeros per group, which have one of their own
   * @param pattern any but {@link SparsityPattern#GLOBAL}
   * @param rule how many that is, and what becomes of ties
   * @return the selection
   * @throws IllegalArgumentException if the pattern is global, the rule does not support it, or
   *     groups do not fill the layer's rows
   * @throws NonFiniteException if a saliency is infinite or NaN
   * @throws IOException if reading weights fails
   */
  public static Selection select(
      SaliencyKeys keys, Sparsity sparsity, SparsityPattern pattern, SelectionRule rule)
      throws IOException {
    rule.requireSupport(pattern);
    if (pattern instanceof Grouped grouped) {
      int columns = columns(keys.shape());
      int[] order = grouped.inputOrder(keys.shape());
      return byRows(
          keys, new GroupRanking(grouped.zerosPerGroup(), grouped.groupSize(), order, columns));
    }
    return switch (((Unstructured) pattern).group()) {
      case LAYER -> select(List.of(keys), sparsity, rule).get(0);
      case ROW -> {
        int columns = columns(keys.shape());
        long rows = columns == 0 ? 0 : keys.shape().elements() / columns;
        yield byRows(
            keys, new RowRanking(row -> rule.countOfRow(row, rows, columns, sparsity), columns));
      }
      case GLOBAL ->
          throw new IllegalArgumentException(
              "pattern global needs the keys of all layers together");
    };
  }

  /**
   * Prunes layers that are compared with each other.
   *
   * @param layers keys of each layer, either all of raw weights, which are widened to binary64 if
   *     their types differ, or all of computed saliencies
   * @param sparsity share of all weights together to prune
   * @param rule how many that is, and what becomes of ties, which are ordered by layer and then by
   *     flat index
   * @return a selection for each layer, in the same order
   * @throws IllegalArgumentException if the rule does not support several layers, or raw weights
   *     meet computed saliencies
   * @throws NonFiniteException if a saliency is infinite or NaN
   * @throws IOException if reading weights fails
   */
  public static List<Selection> select(
      List<SaliencyKeys> layers, Sparsity sparsity, SelectionRule rule) throws IOException {
    if (layers.isEmpty()) {
      return List.of();
    }
    if (layers.size() > 1) {
      rule.requireSupport(SparsityPattern.GLOBAL);
    }
    List<SaliencyKeys> group = ofOneFormat(layers);
    long total = group.stream().mapToLong(keys -> keys.shape().elements()).sum();
    ComparisonGroup kind = group.size() == 1 ? ComparisonGroup.LAYER : ComparisonGroup.GLOBAL;
    Threshold threshold = Threshold.find(group, rule.cut(total, sparsity, kind));
    List<Selection> selections = new ArrayList<>();
    long ties = threshold.ties();
    for (SaliencyKeys keys : group) {
      MaskBuilder mask = Mask.builder(keys.shape());
      long taken = Math.min(ties, group.size() == 1 ? ties : tiesIn(keys, threshold.key()));
      keys.prune(threshold.key(), taken, mask);
      ties -= taken;
      selections.add(
          new Selection(mask.build(), group.size() == 1 ? threshold.energy() : Optional.empty()));
    }
    return selections;
  }

  private static long tiesIn(SaliencyKeys keys, long key) throws IOException {
    long[] counts = new long[1 << SaliencyKeys.DIGIT_BITS];
    keys.count(0, key >>> SaliencyKeys.DIGIT_BITS, counts);
    return counts[(int) key & 0xffff];
  }

  private static List<SaliencyKeys> ofOneFormat(List<SaliencyKeys> layers) {
    long formats = layers.stream().map(SaliencyKeys::format).distinct().count();
    return formats == 1 ? layers : layers.stream().map(SaliencyKeys::widened).toList();
  }

  private static int columns(Shape shape) {
    long rows = shape.rank() == 0 ? 1 : shape.extent(0);
    return rows == 0 ? 0 : Math.toIntExact(shape.elements() / rows);
  }

  private static Selection byRows(SaliencyKeys keys, RowPruner pruner) throws IOException {
    RowGatherer gatherer = new RowGatherer(keys, pruner);
    keys.forEachPiece(gatherer::accept);
    return new Selection(gatherer.finish(), Optional.empty());
  }
}
