package io.github.espalier.methods.ria;

import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.TaskRunner;
import java.util.Arrays;

/**
 * Improves a deal of inputs to groups by linear sum assignment, one place of a group after another.
 *
 * <p>A group keeps its weights but the N smallest. So with the input at one place taken out, and
 * <i>t</i> the N-th smallest of those that are left, another input <i>x</i> in its place adds
 * {@code max(x, t)} to what the group keeps, apart from a number that does not depend on <i>x</i>.
 * The sum of that over all outputs, and for channels over the positions of the kernel, is the gain
 * of an input in a group.
 *
 * <p>Used once, by one thread; sums are taken in the same order by any number of threads.
 */
final class AssignedInputs {
  /** Inputs and groups of a tile of gains, small enough for a core's own cache. */
  private static final int INPUTS = 16;

  private static final int GROUPS = 256;

  private final FloatMatrix saliency;
  private final int[] plain;
  private final int[] dealt;
  private final int zeros;
  private final int groupSize;
  private final int groups;
  private final double[][] values;
  private final double[][] thresholds;

  /**
   * Prepares for a deal.
   *
   * @param saliency of the weights, a row for each output
   * @param plain the columns, a run of all inputs for each position of the kernel
   * @param dealt the input at each place, group by group; changed
   */
  AssignedInputs(FloatMatrix saliency, int[] plain, int[] dealt, Grouped pattern) {
    this.saliency = saliency;
    this.plain = plain;
    this.dealt = dealt;
    this.zeros = pattern.zerosPerGroup();
    this.groupSize = pattern.groupSize();
    this.groups = dealt.length / groupSize;
    int lines = saliency.rows() * (plain.length / dealt.length);
    this.values = new double[lines][groups];
    this.thresholds = new double[lines][groups];
  }

  /** Improves all places, the first one first. */
  void improve() {
    for (int place = 0; place < groupSize; place++) {
      takeOut(place);
      double[][] gains = gains();
      int[] groupOf = Assignment.maximum(gains);
      if (isBetter(gains, groupOf)) {
        int[] taken = new int[groups];
        for (int group = 0; group < groups; group++) {
          taken[group] = dealt[group * groupSize + place];
        }
        for (int i = 0; i < groups; i++) {
          dealt[groupOf[i] * groupSize + place] = taken[i];
        }
      }
    }
  }

  /** Splits each group into the value at a place and the threshold of the others. */
  private void takeOut(int place) {
    int positions = plain.length / dealt.length;
    float[] row = new float[plain.length];
    float[] rest = new float[groupSize - 1];
    for (int i = 0; i < saliency.rows(); i++) {
      saliency.get(i, 0, row, 0, row.length);
      for (int position = 0; position < positions; position++) {
        int line = i * positions + position;
        int start = position * dealt.length;
        for (int group = 0; group < groups; group++) {
          int first = group * groupSize;
          for (int j = 0; j < rest.length; j++) {
            rest[j] = row[plain[start + dealt[first + (j < place ? j : j + 1)]]];
          }
          Arrays.sort(rest);
          thresholds[line][group] = rest[zeros - 1];
          values[line][group] = row[plain[start + dealt[first + place]]];
        }
      }
    }
  }

  /** The gain of each input that was taken out in each group. */
  private double[][] gains() {
    double[][] gains = new double[groups][groups];
    int tasks = (groups + INPUTS - 1) / INPUTS;
    TaskRunner.COMMON_POOL.run(
        tasks,
        task -> {
          int end = Math.min((task + 1) * INPUTS, groups);
          for (int from = 0; from < groups; from += GROUPS) {
            int to = Math.min(from + GROUPS, groups);
            for (int line = 0; line < thresholds.length; line++) {
              for (int i = task * INPUTS; i < end; i++) {
                add(gains[i], values[line][i], thresholds[line], from, to);
              }
            }
          }
        });
    return gains;
  }

  private static void add(double[] sums, double value, double[] least, int from, int to) {
    for (int group = from; group < to; group++) {
      sums[group] += Math.max(value, least[group]);
    }
  }

  /** Whether a deal keeps more than each input in its own group does. */
  private static boolean isBetter(double[][] gains, int[] groupOf) {
    double before = 0;
    double after = 0;
    for (int i = 0; i < groupOf.length; i++) {
      before += gains[i][i];
      after += gains[i][groupOf[i]];
    }
    return after > before;
  }
}
