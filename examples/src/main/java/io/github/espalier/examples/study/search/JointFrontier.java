package io.github.espalier.examples.study.search;

import java.util.BitSet;
import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Which cells of a grid may still be the best one: those that remove more than the best known, and
 * are not beyond a fallen one. Not thread-safe.
 *
 * <p>The bound on the number of questions: the lowest open cell of the highest open row settles its
 * row if it has fallen and its column if it is kept, so that from any state as many questions do as
 * there are open rows and columns, less one. A few more are allowed than that for the whole grid,
 * and another cell is asked for only if both answers leave enough of them.
 */
final class JointFrontier {
  /** Cells that settle most; if none of them keeps the bound, the one above does. */
  private static final int CANDIDATES = 64;

  private final long[] removed;
  private final int rows;
  private final int columns;
  private final BitSet open = new BitSet();
  private int questionsLeft;
  private long bestRemoved;

  /**
   * Makes a grid whose first cell is kept.
   *
   * @param removed weights that each cell removes, row by row, rising in both directions
   * @param columns length of a row
   */
  JointFrontier(long[] removed, int columns) {
    this.removed = removed.clone();
    this.columns = columns;
    rows = removed.length / columns;
    questionsLeft = mostQuestions(rows, columns);
    bestRemoved = removed[0];
    open.set(0, removed.length);
    close(cell -> removed[cell] <= bestRemoved);
  }

  /** Returns the questions of a walk along the grid, and those of a bisection of either side. */
  static int mostQuestions(int rows, int columns) {
    return rows + columns - 1 + logarithm(rows) + logarithm(columns);
  }

  boolean isOpen() {
    return !open.isEmpty();
  }

  /** Takes the answer for an open cell. */
  void answer(int cell, boolean kept) {
    questionsLeft--;
    if (kept) {
      bestRemoved = removed[cell];
      close(other -> removed[other] <= bestRemoved);
    } else {
      close(other -> isBeyond(other, cell));
    }
  }

  /**
   * Returns the open cell whose less telling answer settles most open cells, of those that keep the
   * bound.
   */
  int next() {
    int[] settled = settledAtLeast();
    return open.stream()
        .boxed()
        .sorted(Comparator.comparingInt((Integer cell) -> -settled[cell]))
        .limit(CANDIDATES)
        .mapToInt(Integer::intValue)
        .filter(this::keepsTheBound)
        .findFirst()
        .orElseGet(this::corner);
  }

  /** Returns the logarithm to base 2, rounded up. */
  private static int logarithm(int number) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(number - 1);
  }

  private void close(IntPredicate settled) {
    for (int cell = open.nextSetBit(0); cell >= 0; cell = open.nextSetBit(cell + 1)) {
      if (settled.test(cell)) {
        open.clear(cell);
      }
    }
  }

  private boolean isBeyond(int other, int cell) {
    return other / columns >= cell / columns && other % columns >= cell % columns;
  }

  /** Counts, for each cell, the open ones that its less telling answer settles. */
  private int[] settledAtLeast() {
    long[] ascending = open.stream().mapToLong(cell -> removed[cell]).sorted().toArray();
    int[] settled = new int[removed.length];
    int[] beyond = new int[(rows + 1) * (columns + 1)];
    for (int cell = removed.length - 1; cell >= 0; cell--) {
      int at = cell + cell / columns; // beyond has one column more, of zeros
      int above = at + columns + 1;
      int own = open.get(cell) ? 1 : 0;
      beyond[at] = own + beyond[at + 1] + beyond[above] - beyond[above + 1];
      settled[cell] = Math.min(beyond[at], countUpTo(ascending, removed[cell]));
    }
    return settled;
  }

  private static int countUpTo(long[] ascending, long limit) {
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) / 2;
      if (ascending[middle] <= limit) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean keepsTheBound(int cell) {
    return walkWithout(other -> isBeyond(other, cell)) < questionsLeft
        && walkWithout(other -> removed[other] <= removed[cell]) < questionsLeft;
  }

  /** Returns the questions of a walk along what stays open. */
  private int walkWithout(IntPredicate settled) {
    boolean[] openRows = new boolean[rows];
    boolean[] openColumns = new boolean[columns];
    open.stream()
        .filter(settled.negate())
        .forEach(
            cell -> {
              openRows[cell / columns] = true;
              openColumns[cell % columns] = true;
            });
    return Math.max(0, count(openRows) + count(openColumns) - 1);
  }

  private static int count(boolean[] flags) {
    return (int) IntStream.range(0, flags.length).filter(i -> flags[i]).count();
  }

  private int corner() {
    int row = (open.length() - 1) / columns;
    return open.nextSetBit(row * columns);
  }
}
