package io.github.espalier.core.selection;

import static java.util.Comparator.comparingDouble;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.sparsity.SparsityPattern.ConvolutionLayout;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Selection as it is defined, by sorting (magnitude, flat index): slow and plain. */
final class Oracle {
  private Oracle() {}

  /** Whether each weight is pruned if the least {@code count} of a group are. */
  static void prune(double[] magnitudes, List<Integer> group, int count, boolean[] pruned) {
    List<Integer> order = new ArrayList<>(group);
    order.sort(
        comparingDouble((Integer i) -> magnitudes[i]).thenComparing(Comparator.naturalOrder()));
    order.subList(0, count).forEach(i -> pruned[i] = true);
  }

  static boolean[] layer(double[] magnitudes, int count) {
    boolean[] pruned = new boolean[magnitudes.length];
    prune(magnitudes, range(0, magnitudes.length), count, pruned);
    return pruned;
  }

  static boolean[] rows(double[] magnitudes, int columns, int[] counts) {
    boolean[] pruned = new boolean[magnitudes.length];
    for (int row = 0; row < counts.length; row++) {
      prune(magnitudes, range(row * columns, (row + 1) * columns), counts[row], pruned);
    }
    return pruned;
  }

  /** A count dealt out to rows one weight at a time, the first row first. */
  static int[] dealt(int count, int rows) {
    int[] counts = new int[rows];
    for (int i = 0; i < count; i++) {
      counts[i % rows]++;
    }
    return counts;
  }

  static boolean[] groups(double[] magnitudes, Shape shape, Grouped pattern) {
    boolean[] pruned = new boolean[magnitudes.length];
    for (List<Integer> group : groupsOf(shape, pattern)) {
      prune(magnitudes, group, pattern.zerosPerGroup(), pruned);
    }
    return pruned;
  }

  /** The flat indices of each group, by nested loops over the dimensions of the weight. */
  static List<List<Integer>> groupsOf(Shape shape, Grouped pattern) {
    int out = (int) shape.extent(0);
    int in = (int) shape.extent(1);
    int height = shape.rank() > 2 ? (int) shape.extent(2) : 1;
    int width = shape.rank() > 2 ? (int) shape.extent(3) : 1;
    int size = pattern.groupSize();
    List<List<Integer>> groups = new ArrayList<>();
    for (int row = 0; row < out; row++) {
      if (pattern.layout() == ConvolutionLayout.FLATTENED) {
        int columns = in * height * width;
        for (int first = 0; first < columns; first += size) {
          groups.add(range(row * columns + first, row * columns + first + size));
        }
        continue;
      }
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          for (int first = 0; first < in; first += size) {
            List<Integer> group = new ArrayList<>();
            for (int channel = first; channel < first + size; channel++) {
              group.add(((row * in + channel) * height + y) * width + x);
            }
            groups.add(group);
          }
        }
      }
    }
    return groups;
  }

  static Mask mask(Shape shape, boolean[] pruned) {
    var builder = Mask.builder(shape);
    for (int i = 0; i < pruned.length; i++) {
      if (pruned[i]) {
        builder.prune(i);
      }
    }
    return builder.build();
  }

  static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }
}
