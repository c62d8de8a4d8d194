package io.github.espalier.examples.study.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JointFrontierTest {
  private static final int SIDE = 6;

  /** Cells that remove a weight for each row and another one for each column. */
  private static long[] removed(long row, long column) {
    long[] removed = new long[SIDE * SIDE];
    for (int cell = 0; cell < removed.length; cell++) {
      removed[cell] = row * (cell / SIDE) + column * (cell % SIDE);
    }
    return removed;
  }

  private static int questions(long[] removed, int[] heights) {
    JointFrontier frontier = new JointFrontier(removed, SIDE);
    long best = 0;
    int questions = 0;
    while (frontier.isOpen()) {
      int cell = frontier.next();
      boolean kept = cell % SIDE < heights[cell / SIDE];
      best = kept ? removed[cell] : best;
      frontier.answer(cell, kept);
      questions++;
    }
    assertThat(best).isEqualTo(best(removed, heights));
    return questions;
  }

  private static long best(long[] removed, int[] heights) {
    long best = 0;
    for (int row = 0; row < SIDE; row++) {
      if (heights[row] > 0) {
        best = Math.max(best, removed[row * SIDE + heights[row] - 1]);
      }
    }
    return best;
  }

  /** Returns the most questions over all staircases that continue the given rows. */
  private static int worst(long[] removed, int[] heights, int row) {
    if (row == SIDE) {
      return questions(removed, heights);
    }
    int worst = 0;
    for (int height = row == 0 ? 1 : 0; height <= (row == 0 ? SIDE : heights[row - 1]); height++) {
      heights[row] = height;
      worst = Math.max(worst, worst(removed, heights, row + 1));
    }
    return worst;
  }

  /** All 923 staircases: each is solved, and none takes even as many questions as a walk. */
  @Test
  void allStaircasesOfASmallGrid() {
    long[][] weights = {{1000, 1000}, {1000, 1001}, {289, 301}, {1, 1000}, {1000, 0}};
    for (long[] each : weights) {
      assertThat(worst(removed(each[0], each[1]), new int[SIDE], 0)).isBetween(3, SIDE + SIDE - 2);
    }
  }
}
