package io.github.espalier.core.tensor;

import static io.github.espalier.core.tensor.MatrixProducts.Use.PLAIN;
import static io.github.espalier.core.tensor.MatrixProducts.Use.TRANSPOSED;

import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A symmetric matrix of binary64 numbers in native memory that sums of products are added to.
 *
 * <p>Kept as panels of rows from the diagonal on, so that half the memory suffices and no panel is
 * larger than ND4J can address. The memory belongs to the scope that it was made with. One thread
 * at a time may change it.
 */
public final class SymmetricMatrix {
  private static final int PANEL = 512;

  private final int size;
  private final List<DoubleBuffer> panels = new ArrayList<>();

  private SymmetricMatrix(int size, TensorScope scope) {
    this.size = size;
    for (int row = 0; row < size; row += PANEL) {
      long[] shape = {Math.min(PANEL, size - row), size - row};
      INDArray panel = scope.own(Nd4j.create(DataType.DOUBLE, shape, 'c'));
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
   */
  public double get(int row, int column) {
    int low = Math.min(row, column);
    int high = Math.max(row, column);
    return panels.get(low / PANEL).get(index(low, high));
  }

  /** Where an element of the upper triangle, or of a panel's diagonal block, is in its panel. */
  private int index(int row, int column) {
    int first = row / PANEL * PANEL;
    return (row - first) * (size - first) + (column - first);
  }

  /**
   * Copies the part of a row from the diagonal on.
   *
   * @param row the row
   * @param target receives {@code size() - row} elements from index 0 on
   */
  public void get(int row, double[] target) {
    panels.get(row / PANEL).get(index(row, row), target, 0, size - row);
  }

  /**
   * Replaces the part of a row from the diagonal on, and with it that of the column.
   *
   * @param row the row
   * @param source holds {@code size() - row} elements from index 0 on
   */
  public void put(int row, double[] source) {
    int first = row / PANEL * PANEL;
    DoubleBuffer panel = panels.get(row / PANEL);
    panel.put(index(row, row), source, 0, size - row);
    int last = Math.min(size, first + PANEL);
    for (int column = row + 1; column < last; column++) {
      panel.put(index(column, row), source[column - row]);
    }
  }

  /**
   * Adds {@code X^T X}. Products are summed in binary32 within the rows given, and added in
   * binary64.
   *
   * @param rows X: a row for each token, a column for each row of this matrix
   * @param runner runs the work
   * @throws IllegalArgumentException if the number of columns differs
   */
  public void addGram(FloatMatrix rows, TaskRunner runner) {
    if (rows.columns() != size) {
      throw new IllegalArgumentException(rows + " does not fit a Gram matrix of " + size);
    }
    List<int[]> blocks = new ArrayList<>();
    for (int row = 0; row < size; row += PANEL) {
      for (int column = row; column < size; column += PANEL) {
        blocks.add(new int[] {row, column});
      }
    }
    runner.run(blocks.size(), task -> addBlock(rows, blocks.get(task)[0], blocks.get(task)[1]));
  }

  private void addBlock(FloatMatrix rows, int row, int column) {
    int height = Math.min(PANEL, size - row);
    int width = Math.min(PANEL, size - column);
    try (TensorScope scope = new TensorScope()) {
      FloatMatrix product = FloatMatrix.of(scope.zeros(height, width));
      MatrixProducts.multiply(
          1f,
          rows.columns(row, height),
          TRANSPOSED,
          rows.columns(column, width),
          PLAIN,
          0f,
          product);
      float[] values = new float[width];
      double[] sums = new double[width];
      DoubleBuffer panel = panels.get(row / PANEL);
      for (int i = 0; i < height; i++) {
        product.get(i, 0, values, 0, width);
        int at = i * (size - row) + (column - row);
        panel.get(at, sums, 0, width);
        for (int j = 0; j < width; j++) {
          sums[j] += values[j];
        }
        panel.put(at, sums, 0, width);
      }
    }
  }

  /**
   * Adds another matrix.
   *
   * @param other a matrix of the same size
   * @throws IllegalArgumentException if the sizes differ
   */
  public void add(SymmetricMatrix other) {
    if (other.size != size) {
      throw new IllegalArgumentException(
          "a symmetric matrix of " + other.size + " cannot be added to one of " + size);
    }
    for (int i = 0; i < panels.size(); i++) {
      DoubleBuffer to = panels.get(i);
      DoubleBuffer from = other.panels.get(i);
      for (int j = 0; j < to.limit(); j++) {
        to.put(j, to.get(j) + from.get(j));
      }
    }
  }

  /**
   * Copies the whole matrix as binary32 numbers.
   *
   * @param scale each element is multiplied by this before it is rounded
   * @param scope owns the copy
   * @return a full matrix, both triangles
   */
  public FloatMatrix toFloats(double scale, TensorScope scope) {
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
    for (int i = 1; i < size; i++) {
      for (int j = 0; j < i; j++) {
        row[j] = full.get(j, i);
      }
      full.put(i, 0, row, 0, i);
    }
    return full;
  }

  @Override
  public String toString() {
    return "a symmetric matrix of " + size;
  }
}
