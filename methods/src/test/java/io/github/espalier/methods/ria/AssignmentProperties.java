package io.github.espalier.methods.ria;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class AssignmentProperties {
  /** Small whole numbers have many ties, and exact sums. */
  @Property(tries = 500, seed = "421")
  void sumIsThatOfTheBestOfAllPermutations(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 7) int size, @ForAll boolean ties) {
    Random random = new Random(seed);
    double[][] gains = new double[size][size];
    for (double[] row : gains) {
      for (int j = 0; j < size; j++) {
        row[j] = ties ? random.nextInt(4) - 1 : random.nextInt(1 << 20);
      }
    }

    int[] columns = Assignment.maximum(gains);

    assertThat(columns).containsExactlyInAnyOrder(IntStream.range(0, size).toArray());
    assertThat(sum(gains, columns)).isEqualTo(best(gains, 0, new boolean[size]));
  }

  /**
   * Elements are those of potentials at a hidden assignment, and less elsewhere, which makes it the
   * best.
   */
  @Property(tries = 50, seed = "422")
  void hiddenAssignmentIsFound(@ForAll long seed, @ForAll @IntRange(min = 20, max = 200) int size) {
    Random random = new Random(seed);
    int[] hidden = IntStream.range(0, size).toArray();
    for (int i = size - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = hidden[i];
      hidden[i] = hidden[j];
      hidden[j] = swapped;
    }
    double[] ofRow = random.doubles(size, -100, 100).toArray();
    double[] ofColumn = random.doubles(size, -100, 100).toArray();
    double[][] gains = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        gains[i][j] = ofRow[i] + ofColumn[j] - (hidden[i] == j ? 0 : 0.01 + random.nextDouble());
      }
    }

    assertThat(Assignment.maximum(gains)).containsExactly(hidden);
    // Sums of at most 200 numbers up to 200 in binary64, in two orders.
    assertThat(sum(gains, hidden))
        .isCloseTo(Arrays.stream(ofRow).sum() + Arrays.stream(ofColumn).sum(), within(1e-9));
  }

  private static double sum(double[][] gains, int[] columns) {
    return IntStream.range(0, columns.length).mapToDouble(i -> gains[i][columns[i]]).sum();
  }

  private static double best(double[][] gains, int row, boolean[] taken) {
    if (row == gains.length) {
      return 0;
    }
    double best = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < taken.length; j++) {
      if (!taken[j]) {
        taken[j] = true;
        best = Math.max(best, gains[row][j] + best(gains, row + 1, taken));
        taken[j] = false;
      }
    }
    return best;
  }
}
