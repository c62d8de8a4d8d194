package io.github.espalier.methods.ria;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.selection.FloatKeys;
import io.github.espalier.core.selection.SelectionRule;
import io.github.espalier.core.selection.Selector;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Deals inputs to groups, and prunes in these. */
final class DealtInputs {
  private DealtInputs() {}

  /**
   * Deals the inputs: channels, which then have the same place at each position of a kernel, or
   * with the flattened layout columns.
   *
   * @return a column for each place
   */
  static int[] order(FloatMatrix saliency, Grouped pattern, Shape shape, Permutation permutation) {
    int[] plain = pattern.inputOrder(shape);
    if (permutation == Permutation.NONE || plain.length == 0) {
      return plain;
    }
    int inputs = (int) pattern.groupedInputs(shape);
    double[] columnSums = new double[plain.length];
    float[] row = new float[plain.length];
    for (int i = 0; i < saliency.rows(); i++) {
      saliency.get(i, 0, row, 0, row.length);
      for (int j = 0; j < row.length; j++) {
        columnSums[j] += row[j];
      }
    }
    double[] sums = new double[inputs];
    for (int i = 0; i < plain.length; i++) {
      sums[i % inputs] += columnSums[plain[i]];
    }
    int[] dealt = deal(sums, pattern.groupSize());
    if (permutation == Permutation.ASSIGNMENT && isFinite(sums)) {
      new AssignedInputs(saliency, plain, dealt, pattern).improve();
    }
    int[] order = new int[plain.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = plain[i - i % inputs + dealt[i % inputs]];
    }
    return order;
  }

  private static boolean isFinite(double[] sums) {
    return Arrays.stream(sums).allMatch(Double::isFinite);
  }

  /**
   * Of each turn every group gets one input: the first group the first, or in odd turns the last.
   */
  private static int[] deal(double[] sums, int groupSize) {
    int[] ascending =
        IntStream.range(0, sums.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> sums[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    int groups = sums.length / groupSize;
    int[] dealt = new int[sums.length];
    for (int turn = 0; turn < groupSize; turn++) {
      for (int group = 0; group < groups; group++) {
        int taken = turn % 2 == 0 ? group : groups - 1 - group;
        dealt[group * groupSize + turn] = ascending[turn * groups + taken];
      }
    }
    return dealt;
  }

  /** Prunes in groups of the dealt order. */
  static Mask prune(FloatMatrix saliency, Grouped pattern, LayerContext layer, int[] order)
      throws IOException {
    INDArray permuted = layer.scope().zeros(saliency.rows(), saliency.columns());
    FloatMatrix target = FloatMatrix.of(permuted);
    float[] row = new float[order.length];
    float[] moved = new float[order.length];
    for (int i = 0; i < saliency.rows(); i++) {
      saliency.get(i, 0, row, 0, row.length);
      for (int j = 0; j < row.length; j++) {
        moved[j] = row[order[j]];
      }
      target.put(i, 0, moved, 0, moved.length);
    }
    Shape matrix = Shape.of(saliency.rows(), saliency.columns());
    Mask found =
        Selector.select(
                FloatKeys.of(matrix, permuted), pattern.sparsity(), pattern, SelectionRule.EXACT)
            .mask();
    MaskBuilder mask = Mask.builder(layer.layer().shape());
    for (int i = 0; i < saliency.rows(); i++) {
      long start = (long) i * order.length;
      for (int j = 0; j < order.length; j++) {
        if (!found.isKept(start + j)) {
          mask.prune(start + order[j]);
        }
      }
    }
    return mask.build();
  }
}
