package io.github.espalier.sd2.nn;

import static io.github.espalier.core.tensor.MatrixProducts.Use.PLAIN;
import static io.github.espalier.core.tensor.MatrixProducts.Use.TRANSPOSED;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.MatrixProducts;
import java.util.List;

/** Products with weights {@code [out, in]}, cut into tasks. */
final class Products {
  private static final int ROW_BLOCK = 512;
  private static final int WIDEST = 1280;
  private static final int NARROWEST = 64;

  private Products() {}

  /** What a product starts from. */
  enum Start {
    /** The bias, or zero. */
    FRESH,
    /** What is there already, plus the bias. */
    ACCUMULATE
  }

  /** A block of the result: some rows and some columns. */
  record Block(int row, int rows, int column, int columns) {
    FloatMatrix of(FloatMatrix matrix) {
      return matrix.rows(row, rows).columns(column, columns);
    }
  }

  /** Fails if the input of layers with weights {@code [out, in]} has another width. */
  static void check(List<String> layers, FloatMatrix weights, FloatMatrix in, int samples) {
    if (in.columns() != weights.columns()) {
      throw new IllegalArgumentException(
          layers + " wants " + weights.columns() + " columns, found " + in);
    }
    if (samples < 1 || in.rows() % samples != 0) {
      throw new IllegalArgumentException(
          layers + ": " + in + " does not fall into " + samples + " equal samples");
    }
  }

  /** Cuts a result into blocks by its shape. */
  static Block[] blocks(int rows, int columns) {
    int rowParts = rows < 2 * ROW_BLOCK ? 1 : (rows + ROW_BLOCK - 1) / ROW_BLOCK;
    int columnParts =
        rowParts > 1
            ? (columns + WIDEST - 1) / WIDEST
            : Math.max(1, Math.min(8, columns / NARROWEST));
    Block[] blocks = new Block[rowParts * columnParts];
    for (int i = 0; i < rowParts; i++) {
      int row = part(rows, rowParts, i);
      int height = part(rows, rowParts, i + 1) - row;
      for (int j = 0; j < columnParts; j++) {
        int column = part(columns, columnParts, j);
        int width = part(columns, columnParts, j + 1) - column;
        blocks[i * columnParts + j] = new Block(row, height, column, width);
      }
    }
    return blocks;
  }

  /** Where a part starts; starts are multiples of 16, which suits the products' kernels. */
  static int part(int length, int parts, int index) {
    if (index == parts) {
      return length;
    }
    return (int) ((long) length * index / parts) & ~15;
  }

  /** Computes {@code out = in * weights^T + bias}, or adds that to {@code out}. */
  static void run(
      Compute compute,
      FloatMatrix in,
      FloatMatrix weights,
      float[] bias,
      Start start,
      FloatMatrix out) {
    Block[] blocks = blocks(in.rows(), weights.rows());
    double work = 2.0 * in.rows() * weights.elements() / blocks.length;
    compute.forEach(
        blocks.length,
        work,
        i -> {
          Block block = blocks[i];
          FloatMatrix target = block.of(out);
          float beta = prepare(target, bias, block.column(), start);
          MatrixProducts.multiply(
              1f,
              in.rows(block.row(), block.rows()),
              PLAIN,
              weights.rows(block.column(), block.columns()),
              TRANSPOSED,
              beta,
              target);
        });
  }

  /**
   * Writes or adds the bias, which costs less before the product than after it.
   *
   * @return the factor of what {@code target} holds then
   */
  static float prepare(FloatMatrix target, float[] bias, int from, Start start) {
    if (bias.length == 0) {
      return start == Start.FRESH ? 0f : 1f;
    }
    int columns = target.columns();
    if (start == Start.FRESH) {
      for (int i = 0; i < target.rows(); i++) {
        target.put(i, 0, bias, from, columns);
      }
    } else {
      float[] row = Scratch.floats(0, columns);
      float[] part = Scratch.floats(1, columns);
      System.arraycopy(bias, from, part, 0, columns);
      for (int i = 0; i < target.rows(); i++) {
        target.get(i, 0, row, 0, columns);
        VectorMath.add(row, part, columns);
        target.put(i, 0, row, 0, columns);
      }
    }
    return 1f;
  }
}
