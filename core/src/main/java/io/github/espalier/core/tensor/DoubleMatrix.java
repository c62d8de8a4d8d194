package io.github.espalier.core.tensor;

import java.nio.DoubleBuffer;
import java.util.Objects;
import org.bytedeco.javacpp.DoublePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A matrix of binary64 numbers in native memory, or a view of part of one. What {@link FloatMatrix}
 * is for weights and activations, this is for statistics.
 *
 * <p>Rows are contiguous; neighbouring rows are {@link #stride()} elements apart. Views share the
 * memory, which belongs to the scope that the matrix was made with: once that is closed, all use of
 * a matrix throws {@link IllegalStateException}.
 *
 * <p>Safe for use by several threads as long as none writes an element that another one touches.
 */
public final class DoubleMatrix {
  /** The most elements that a matrix can have: ND4J addresses no more than 2 GiB of an array. */
  public static final int MOST_ELEMENTS = Integer.MAX_VALUE / Double.BYTES;

  private final INDArray array;
  private final DoubleBuffer doubles;
  private final DoublePointer base;
  private final int offset;
  private final int rows;
  private final int columns;
  private final int stride;

  private DoubleMatrix(
      INDArray array,
      DoubleBuffer doubles,
      DoublePointer base,
      int offset,
      int rows,
      int columns,
      int stride) {
    this.array = array;
    this.doubles = doubles;
    this.base = base;
    this.offset = offset;
    this.rows = rows;
    this.columns = columns;
    this.stride = stride;
  }

  /**
   * Makes a matrix of zeros.
   *
   * @param rows number of rows, at least 1
   * @param columns number of columns, at least 1
   * @param scope owns the memory
   * @return the matrix
   * @throws IllegalArgumentException if there are no elements, or more than {@link #MOST_ELEMENTS}
   */
  public static DoubleMatrix zeros(int rows, int columns, TensorScope scope) {
    if (rows < 1 || columns < 1 || (long) rows * columns > MOST_ELEMENTS) {
      throw new IllegalArgumentException(
          "a matrix of "
              + rows
              + "x"
              + columns
              + " is not possible: it must have 1 to "
              + MOST_ELEMENTS
              + " elements");
    }
    Backends.require();
    INDArray array = scope.own(Nd4j.create(DataType.DOUBLE, new long[] {rows, columns}, 'c'));
    DoubleBuffer doubles = array.data().asNioDouble();
    return new DoubleMatrix(array, doubles, new DoublePointer(doubles), 0, rows, columns, columns);
  }

  /**
   * Returns the number of rows.
   *
   * @return 0 or more
   */
  public int rows() {
    return rows;
  }

  /**
   * Returns the number of columns.
   *
   * @return 0 or more
   */
  public int columns() {
    return columns;
  }

  /**
   * Returns how far rows are apart.
   *
   * @return elements from the start of a row to the start of the next
   */
  public int stride() {
    return stride;
  }

  /**
   * Views some rows.
   *
   * @param from first row
   * @param count number of rows
   * @return a view
   * @throws IndexOutOfBoundsException if there are no such rows
   */
  public DoubleMatrix rows(int from, int count) {
    Objects.checkFromIndexSize(from, count, rows);
    int first = count == 0 ? offset : offset + from * stride;
    return new DoubleMatrix(array, doubles, base, first, count, columns, stride);
  }

  /**
   * Views some columns.
   *
   * @param from first column
   * @param count number of columns
   * @return a view
   * @throws IndexOutOfBoundsException if there are no such columns
   */
  public DoubleMatrix columns(int from, int count) {
    Objects.checkFromIndexSize(from, count, columns);
    return new DoubleMatrix(array, doubles, base, offset + from, rows, count, stride);
  }

  /**
   * Copies part of a row out.
   *
   * @param row the row
   * @param column column of the first element
   * @param target receives the elements
   * @param at where in {@code target} the first one goes
   * @param count number of elements
   * @throws IndexOutOfBoundsException if the run leaves the row or {@code target}
   */
  public void get(int row, int column, double[] target, int at, int count) {
    doubles.get(start(row, column, count), target, at, count);
  }

  /**
   * Copies part of a row in.
   *
   * @param row the row
   * @param column column of the first element
   * @param source holds the elements
   * @param at where in {@code source} the first one is
   * @param count number of elements
   * @throws IndexOutOfBoundsException if the run leaves the row or {@code source}
   */
  public void put(int row, int column, double[] source, int at, int count) {
    doubles.put(start(row, column, count), source, at, count);
  }

  private int start(int row, int column, int count) {
    requireOpen();
    Objects.checkIndex(row, rows);
    Objects.checkFromIndexSize(column, count, columns);
    return offset + row * stride + column;
  }

  /** Memory that has been freed must not be touched: that would end the process. */
  private void requireOpen() {
    if (array.wasClosed()) {
      throw new IllegalStateException("the memory of " + this + " has been freed");
    }
  }

  /** Where the first element is; the array behind it must stay open. */
  DoublePointer pointer() {
    requireOpen();
    return new DoublePointer(base).position(base.position() + offset);
  }

  /** Copies the elements to a new ND4J array of two axes, owned by the scope. */
  INDArray copy(TensorScope scope) {
    DoubleMatrix copy = zeros(rows, columns, scope);
    copy.copyAll(this);
    return copy.array;
  }

  /** Copies all elements of a matrix of the same shape. */
  void copyAll(DoubleMatrix source) {
    double[] row = new double[columns];
    for (int i = 0; i < rows; i++) {
      source.get(i, 0, row, 0, columns);
      put(i, 0, row, 0, columns);
    }
  }

  /** Copies the elements of an array of the same shape, whatever its order. */
  void copyAll(INDArray source) {
    double[] row = new double[columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        row[j] = source.getDouble(i, j);
      }
      put(i, 0, row, 0, columns);
    }
  }

  @Override
  public String toString() {
    return "a matrix of " + rows + "x" + columns;
  }
}
