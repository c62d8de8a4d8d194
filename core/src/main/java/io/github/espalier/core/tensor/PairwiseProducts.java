package io.github.espalier.core.tensor;

import io.github.espalier.core.tensor.MatrixProducts.Use;

/**
 * Inner products in binary64 of every row of one matrix with every row of another, which are handed
 * out as they are computed and never held together: the memory is that of a few blocks of 512 rows
 * for each thread, however many rows there are. Stateless.
 */
public final class PairwiseProducts {
  private static final int BLOCK = 512;

  private PairwiseProducts() {}

  /** Takes the products of one row with some others. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Takes a run of products. All runs of a row x come from one thread, in the order of y.
     *
     * @param x number of the row
     * @param firstY number of the other matrix' row of the first product
     * @param products from index 0 on, one for each of the rows from {@code firstY} on; only valid
     *     during the call
     * @param count how many these are, at least 1
     */
    void visit(int x, int firstY, double[] products, int count);
  }

  /**
   * Visits all pairs.
   *
   * @param x a matrix
   * @param y a matrix of as many columns, or the same one
   * @param runner runs the work, split by rows x
   * @param visitor takes the products; called by several threads if the runner has them
   * @throws IllegalArgumentException if the numbers of columns differ
   */
  public static void forEach(RowSource x, RowSource y, TaskRunner runner, Visitor visitor) {
    if (x.columns() != y.columns()) {
      throw new IllegalArgumentException(
          "rows of " + x.columns() + " columns cannot be multiplied with rows of " + y.columns());
    }
    run(x, y, false, runner, visitor);
  }

  /**
   * Visits the pairs of different rows of a matrix once each, so that y is above x.
   *
   * @param x a matrix
   * @param runner runs the work, split by rows x
   * @param visitor takes the products; called by several threads if the runner has them
   */
  public static void forEachPair(RowSource x, TaskRunner runner, Visitor visitor) {
    run(x, x, true, runner, visitor);
  }

  private static void run(
      RowSource x, RowSource y, boolean above, TaskRunner runner, Visitor visitor) {
    Blas.enterSingleThread();
    try {
      runner.run((x.rows() + BLOCK - 1) / BLOCK, i -> visitBlock(x, y, i, above, visitor));
    } finally {
      Blas.leave();
    }
  }

  private static void visitBlock(
      RowSource x, RowSource y, int block, boolean above, Visitor visitor) {
    int first = block * BLOCK;
    int count = Math.min(BLOCK, x.rows() - first);
    try (TensorScope scope = new TensorScope()) {
      DoubleMatrix left = DoubleMatrix.zeros(count, x.columns(), scope);
      DoubleMatrix right = DoubleMatrix.zeros(BLOCK, x.columns(), scope);
      DoubleMatrix products = DoubleMatrix.zeros(count, BLOCK, scope);
      load(x, first, left);
      for (int from = above ? first : 0; from < y.rows(); from += BLOCK) {
        int width = Math.min(BLOCK, y.rows() - from);
        DoubleMatrix others = right.rows(0, width);
        DoubleMatrix found = products.columns(0, width);
        load(y, from, others);
        MatrixProducts.multiply(1, left, Use.PLAIN, others, Use.TRANSPOSED, 0, found);
        visitRows(found, first, from, above, visitor);
      }
    }
  }

  private static void load(RowSource source, int first, DoubleMatrix target) {
    double[] row = new double[target.columns()];
    for (int i = 0; i < target.rows(); i++) {
      source.get(first + i, row);
      target.put(i, 0, row, 0, row.length);
    }
  }

  private static void visitRows(
      DoubleMatrix products, int firstX, int firstY, boolean above, Visitor visitor) {
    double[] run = new double[products.columns()];
    for (int i = 0; i < products.rows(); i++) {
      int skipped = above ? Math.max(0, firstX + i + 1 - firstY) : 0;
      int count = products.columns() - skipped;
      if (count > 0) {
        products.get(i, skipped, run, 0, count);
        visitor.visit(firstX + i, firstY + skipped, run, count);
      }
    }
  }
}
