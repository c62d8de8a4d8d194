package io.github.espalier.core.tensor;

import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A symmetric matrix of binary64 numbers in native memory that sums of products are added to.
 *
 * <p>Kept as panels of rows from the diagonal on, so that half the memory suffices and no panel is
 * larger than ND4J can address. The memory belongs to the scope that it was made with; after that
 * was closed every method but {@link #size()} throws {@link IllegalStateException}. One thread at a
 * time may change it.
 */
public final class SymmetricMatrix {
  private static final int PANEL = 1024;

  /** Sides of the tasks of a product. Few large tasks are faster, but threads need some each. */
  private static final int SMALLEST_TRIANGLE = 256;

  private static final int TRIANGLES = 8;
  private static final int SMALLEST_SIDE = 512;
  private static final int STRIPS = 4;
  private static final int LARGEST_SIDE = 1280;

  /** Sides are multiples of it, where OpenBLAS's kernels are fastest. */
  private static final int LANES = 64;

  private static final int RUN = 1 << 14;
  private static final int TURNED_ROWS = 64;

  private final int size;
  private final List<INDArray> arrays = new ArrayList<>();
  private final List<DoubleBuffer> panels = new ArrayList<>();

  private SymmetricMatrix(int size, TensorScope scope) {
    this.size = size;
    for (int row = 0; row < size; row += PANEL) {
      long[] shape = {Math.min(PANEL, size - row), size - row};
      INDArray panel = scope.own(Nd4j.create(DataType.DOUBLE, shape, 'c'));
      arrays.add(panel);
      panels.add(panel.data().asNioDouble());
    }
  }

  /**
   * Makes a matrix of zeros.
   *
   * @param size number of rows and of columns, at least 1
   * @param scope owns the memory
   * @return the matrix
   * @throws IllegalArgumentException if the size is less than 1
   */
  public static SymmetricMatrix zeros(int size, TensorScope scope) {
    if (size < 1) {
      throw new IllegalArgumentException("size is " + size + ", but must be at least 1");
    }
    Backends.require();
    return new SymmetricMatrix(size, scope);
  }

  /**
   * Returns the number of rows and of columns.
   *
   * @return at least 1
   */
  public int size() {
    return size;
  }

  /**
   * Returns one element.
   *
   * @param row its row
   * @param column its column
   * @return the element
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public double get(int row, int column) {
    Objects.checkIndex(row, size);
    Objects.checkIndex(column, size);
    int low = Math.min(row, column);
    return panel(low).get(index(low, Math.max(row, column)));
  }

  private DoubleBuffer panel(int row) {
    requireOpen();
    return panels.get(row / PANEL);
  }

  /** Freed memory may belong to anything by now. */
  private void requireOpen() {
    if (arrays.get(0).wasClosed()) {
      throw new IllegalStateException("the scope of " + this + " is closed");
    }
  }

  /** Where an element of the upper triangle is in its panel. */
  private int index(int row, int column) {
    int first = row / PANEL * PANEL;
    return (row - first) * (size - first) + (column - first);
  }

  /**
   * Copies the part of a row from the diagonal on.
   *
   * @param row the row
   * @param target receives {@code size() - row} elements from index 0 on
   * @throws IndexOutOfBoundsException if there is no such row, or the target is too short
   */
  public void get(int row, double[] target) {
    Objects.checkIndex(row, size);
    panel(row).get(index(row, row), target, 0, size - row);
  }

  /**
   * Replaces the part of a row from the diagonal on, and with it that of the column.
   *
   * @param row the row
   * @param source holds {@code size() - row} elements from index 0 on
   * @throws IndexOutOfBoundsException if there is no such row, or the source is too short
   */
  public void put(int row, double[] source) {
    Objects.checkIndex(row, size);
    panel(row).put(index(row, row), source, 0, size - row);
  }

  /**
   * Adds {@code X^T X}. Products are summed in binary32 within the rows given, and added in
   * binary64. The result does not depend on the runner.
   *
   * @param rows X: a row for each token, a column for each row of this matrix
   * @param runner runs the work
   * @throws IllegalArgumentException if the number of columns differs
   */
  public void addGram(FloatMatrix rows, TaskRunner runner) {
    requireOpen();
    if (rows.columns() != size) {
      throw new IllegalArgumentException(rows + " does not fit a Gram matrix of " + size);
    }
    List<int[]> tiles = new ArrayList<>();
    cover(0, size, tiles);
    // Large ones first, so that no thread is left with one while the others are done.
    tiles.sort(Comparator.comparingLong(SymmetricMatrix::cost).reversed());
    try (Workspace workspace = new Workspace()) {
      runner.run(tiles.size(), task -> addTile(rows, tiles.get(task), workspace));
    }
  }

  /**
   * Halves a triangle on the diagonal until it is small; what is left is a square between them, cut
   * into rectangles twice as wide as high.
   */
  private void cover(int from, int length, List<int[]> tiles) {
    if (length <= Math.max(SMALLEST_TRIANGLE, size / TRIANGLES)) {
      tiles.add(new int[] {from, from, length, length});
      return;
    }
    int half = (length / 2 + LANES - 1) / LANES * LANES;
    cover(from, half, tiles);
    cover(from + half, length - half, tiles);
    int height = Math.max(SMALLEST_SIDE, Math.min(LARGEST_SIDE, size / STRIPS));
    int width = 2 * height;
    for (int row = from; row < from + half; row += height) {
      for (int column = from + half; column < from + length; column += width) {
        int rows = Math.min(height, from + half - row);
        tiles.add(new int[] {row, column, rows, Math.min(width, from + length - column)});
      }
    }
  }

  private static long cost(int[] tile) {
    return (long) tile[2] * tile[3] * (tile[0] == tile[1] ? 1 : 2);
  }

  private void addTile(FloatMatrix rows, int[] tile, Workspace workspace) {
    FloatMatrix left = rows.columns(tile[0], tile[2]);
    FloatMatrix right = rows.columns(tile[1], tile[3]);
    FloatMatrix product = workspace.take(left.columns(), right.columns());
    try {
      if (tile[0] == tile[1]) {
        MatrixProducts.gram(left, product);
      } else {
        MatrixProducts.multiply(
            1f, left, MatrixProducts.Use.TRANSPOSED, right, MatrixProducts.Use.PLAIN, 0f, product);
      }
      addTo(tile[0], tile[1], product);
    } finally {
      workspace.release(product);
    }
  }

  /**
   * Adds a product to the elements from a row and a column on, without those below the diagonal.
   */
  private void addTo(int row, int column, FloatMatrix product) {
    int width = product.columns();
    float[] values = new float[width];
    for (int i = 0; i < product.rows(); i++) {
      DoubleBuffer panel = panels.get((row + i) / PANEL);
      int skipped = row == column ? i : 0;
      int count = width - skipped;
      int at = index(row + i, column + skipped);
      product.get(i, skipped, values, 0, count);
      // In place: copies of rows to and fro are several times slower where their addresses alias.
      for (int j = 0; j < count; j++) {
        panel.put(at + j, panel.get(at + j) + values[j]);
      }
    }
  }

  /**
   * Adds another matrix.
   *
   * @param other a matrix of the same size, or this one
   * @throws IllegalArgumentException if the sizes differ
   */
  public void add(SymmetricMatrix other) {
    if (other.size != size) {
      throw new IllegalArgumentException(
          "a symmetric matrix of " + other.size + " cannot be added to one of " + size);
    }
    requireOpen();
    other.requireOpen();
    double[] sums = new double[RUN];
    double[] added = new double[RUN];
    for (int i = 0; i < panels.size(); i++) {
      DoubleBuffer to = panels.get(i);
      DoubleBuffer from = other.panels.get(i);
      for (int at = 0; at < to.limit(); at += RUN) {
        int count = Math.min(RUN, to.limit() - at);
        to.get(at, sums, 0, count);
        from.get(at, added, 0, count);
        for (int j = 0; j < count; j++) {
          sums[j] += added[j];
        }
        to.put(at, sums, 0, count);
      }
    }
  }

  /**
   * Copies the whole matrix as binary32 numbers.
   *
   * @param scale each element is multiplied by this before it is rounded
   * @param scope owns the copy
   * @return a full matrix, both triangles
   * @throws IllegalArgumentException if the copy would have 2 GiB or more
   */
  public FloatMatrix toFloats(double scale, TensorScope scope) {
    requireOpen();
    NdArrays.requireAddressable((long) size * size);
    FloatMatrix full = FloatMatrix.of(scope.zeros(size, size));
    double[] half = new double[size];
    float[] row = new float[size];
    for (int i = 0; i < size; i++) {
      get(i, half);
      for (int j = 0; j < size - i; j++) {
        row[j] = (float) (half[j] * scale);
      }
      full.put(i, i, row, 0, size - i);
    }
    for (int from = 0; from < size; from += TURNED_ROWS) {
      mirror(full, from, Math.min(TURNED_ROWS, size - from));
    }
    return full;
  }

  /** Copies what is right of the diagonal in some rows to below it, many rows at a time. */
  private void mirror(FloatMatrix full, int from, int count) {
    float[][] rows = new float[count][size - from];
    for (int i = 0; i < count; i++) {
      full.get(from + i, from, rows[i], 0, size - from);
    }
    float[] turned = new float[count];
    for (int j = 1; j < size - from; j++) {
      int wanted = Math.min(j, count);
      for (int i = 0; i < wanted; i++) {
        turned[i] = rows[i][j];
      }
      full.put(from + j, from, turned, 0, wanted);
    }
  }

  @Override
  public String toString() {
    return "a symmetric matrix of " + size;
  }
}
