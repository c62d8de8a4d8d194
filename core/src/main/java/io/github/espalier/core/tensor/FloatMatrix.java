package io.github.espalier.core.tensor;

import java.nio.FloatBuffer;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A matrix of binary32 numbers in an ND4J array's native memory, or a view of part of one.
 *
 * <p>Rows are contiguous; neighbouring rows are {@link #stride()} elements apart. Views share the
 * memory, so that a product can be written into some columns of a larger matrix. A matrix does not
 * own its memory: that is up to a {@link TensorScope} or a {@link Workspace}; once that is closed,
 * all use of a matrix throws {@link IllegalStateException}.
 *
 * <p>Safe for use by several threads as long as none writes an element that another one touches.
 */
public final class FloatMatrix {
  private final INDArray array;
  private final FloatBuffer floats;
  private final FloatPointer base;
  private final int offset;
  private final int rows;
  private final int columns;
  private final int stride;

  private FloatMatrix(
      INDArray array,
      FloatBuffer floats,
      FloatPointer base,
      int offset,
      int rows,
      int columns,
      int stride) {
    this.array = array;
    this.floats = floats;
    this.base = base;
    this.offset = offset;
    this.rows = rows;
    this.columns = columns;
    this.stride = stride;
  }

  /**
   * Views an array as a matrix: the last extent is the columns, the others together the rows.
   *
   * @param array a contiguous {@code FLOAT} array in C order of rank 1 or more
   * @return a view of all its elements
   * @throws IllegalArgumentException if the array is of another type, order or layout, or has 2 GiB
   *     or more
   */
  public static FloatMatrix of(INDArray array) {
    NdArrays.requireAddressable(array.length());
    long[] shape = array.shape();
    int columns = shape.length == 0 ? 1 : (int) shape[shape.length - 1];
    int rows = columns == 0 ? 0 : (int) (array.length() / columns);
    return over(array, rows, columns);
  }

  /**
   * Views the first elements of an array.
   *
   * @throws IllegalArgumentException if the array is too large or has fewer elements
   */
  static FloatMatrix over(INDArray array, int rows, int columns) {
    FloatBuffer floats = NdArrays.floats(array);
    if ((long) rows * columns > floats.capacity()) {
      throw new IllegalArgumentException(
          floats.capacity() + " elements are no matrix of " + rows + "x" + columns);
    }
    return new FloatMatrix(array, floats, new FloatPointer(floats), 0, rows, columns, columns);
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
   * Returns the number of elements.
   *
   * @return rows times columns
   */
  public long elements() {
    return (long) rows * columns;
  }

  /**
   * Tells whether the rows follow each other without a gap.
   *
   * @return true if all elements are one run
   */
  public boolean isContiguous() {
    return stride == columns || rows <= 1;
  }

  /**
   * Views some rows.
   *
   * @param from first row
   * @param count number of rows
   * @return a view
   * @throws IndexOutOfBoundsException if there are no such rows
   */
  public FloatMatrix rows(int from, int count) {
    Objects.checkFromIndexSize(from, count, rows);
    int first = count == 0 ? offset : offset + from * stride;
    return new FloatMatrix(array, floats, base, first, count, columns, stride);
  }

  /**
   * Views rows at equal distances.
   *
   * @param from first row
   * @param step rows from one to the next, at least 1
   * @param count number of rows
   * @return a view
   * @throws IndexOutOfBoundsException if there are no such rows
   * @throws IllegalArgumentException if the step is less than 1
   */
  public FloatMatrix rowsApart(int from, int step, int count) {
    if (step < 1) {
      throw new IllegalArgumentException("rows cannot be " + step + " apart");
    }
    if (count == 0) {
      return rows(from, 0);
    }
    Objects.checkIndex(from, rows);
    if (count < 0 || from + (count - 1L) * step >= rows) {
      throw new IndexOutOfBoundsException(
          count + " rows from " + from + ", " + step + " apart, leave " + this);
    }
    int apart = count == 1 ? stride : stride * step;
    return new FloatMatrix(array, floats, base, offset + from * stride, count, columns, apart);
  }

  /**
   * Views some columns.
   *
   * @param from first column
   * @param count number of columns
   * @return a view
   * @throws IndexOutOfBoundsException if there are no such columns
   */
  public FloatMatrix columns(int from, int count) {
    Objects.checkFromIndexSize(from, count, columns);
    return new FloatMatrix(array, floats, base, offset + from, rows, count, stride);
  }

  /**
   * Views the same elements as a matrix of another shape.
   *
   * @param newRows rows of the view
   * @param newColumns columns of the view
   * @return a view of the same elements in the same order
   * @throws IllegalArgumentException if the number of elements differs
   * @throws IllegalStateException if the rows are not contiguous
   */
  public FloatMatrix reshaped(int newRows, int newColumns) {
    if (newRows < 0 || newColumns < 0 || (long) newRows * newColumns != elements()) {
      throw new IllegalArgumentException(this + " cannot be seen as " + newRows + "x" + newColumns);
    }
    if (!isContiguous()) {
      throw new IllegalStateException(this + " has gaps between its rows");
    }
    return new FloatMatrix(array, floats, base, offset, newRows, newColumns, newColumns);
  }

  /**
   * Copies elements out. A run may go on over the ends of rows if the matrix is contiguous.
   *
   * @param row row of the first element
   * @param column column of the first element
   * @param target receives the elements
   * @param at where in {@code target} the first one goes
   * @param count number of elements
   * @throws IndexOutOfBoundsException if the run leaves the matrix or {@code target}
   */
  public void get(int row, int column, float[] target, int at, int count) {
    floats.get(start(row, column, count), target, at, count);
  }

  /**
   * Copies elements in. A run may go on over the ends of rows if the matrix is contiguous.
   *
   * @param row row of the first element
   * @param column column of the first element
   * @param source holds the elements
   * @param at where in {@code source} the first one is
   * @param count number of elements
   * @throws IndexOutOfBoundsException if the run leaves the matrix or {@code source}
   */
  public void put(int row, int column, float[] source, int at, int count) {
    floats.put(start(row, column, count), source, at, count);
  }

  /**
   * Returns one element.
   *
   * @param row its row
   * @param column its column
   * @return the element
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public float get(int row, int column) {
    return floats.get(start(row, column, 1));
  }

  /**
   * Copies a run of elements of another matrix.
   *
   * @param row row of the first element written
   * @param column its column
   * @param source another matrix, or one whose part that is read is not written
   * @param sourceRow row of the first element read
   * @param sourceColumn its column
   * @param count number of elements
   * @throws IndexOutOfBoundsException if a run leaves its matrix
   */
  public void copy(
      int row, int column, FloatMatrix source, int sourceRow, int sourceColumn, int count) {
    floats.put(
        start(row, column, count),
        source.floats,
        source.start(sourceRow, sourceColumn, count),
        count);
  }

  /** Memory that has been freed must not be touched: that would end the process. */
  private void requireOpen() {
    if (array.wasClosed()) {
      throw new IllegalStateException("the memory of " + this + " has been freed");
    }
  }

  /** Where a run starts; within the matrix the sum cannot overflow. */
  private int start(int row, int column, int count) {
    requireOpen();
    boolean fits = row >= 0 && row < rows && column >= 0 && column < columns && count >= 0;
    if (fits) {
      long inRow = (long) column + count;
      long inMatrix = (long) row * columns + inRow;
      fits = inRow <= columns || (isContiguous() && inMatrix <= elements());
    }
    if (!fits && count != 0) {
      throw new IndexOutOfBoundsException(
          "a run of " + count + " from row " + row + ", column " + column + " leaves " + this);
    }
    return fits ? offset + row * stride + column : offset;
  }

  /**
   * Copies all elements of a matrix of the same shape.
   *
   * @param source the matrix
   * @throws IllegalArgumentException if its shape differs
   */
  public void copyAll(FloatMatrix source) {
    if (source.rows != rows || source.columns != columns) {
      throw new IllegalArgumentException("cannot copy " + source + " to " + this);
    }
    if (isContiguous() && source.isContiguous()) {
      copy(0, 0, source, 0, 0, Math.toIntExact(elements()));
      return;
    }
    for (int i = 0; i < rows; i++) {
      copy(i, 0, source, i, 0, columns);
    }
  }

  /**
   * Copies all elements out.
   *
   * @return the elements in C order
   */
  public float[] toArray() {
    float[] values = new float[Math.toIntExact(elements())];
    if (isContiguous()) {
      get(0, 0, values, 0, values.length);
      return values;
    }
    for (int i = 0; i < rows; i++) {
      get(i, 0, values, i * columns, columns);
    }
    return values;
  }

  /** Where the first element is; the array behind it must stay open. */
  FloatPointer pointer() {
    requireOpen();
    return new FloatPointer(base).position(base.position() + offset);
  }

  /** Copies the elements to a new ND4J array of two axes, owned by the scope. */
  INDArray copy(TensorScope scope) {
    INDArray copy = scope.zeros(rows, columns);
    over(copy, rows, columns).copyAll(this);
    return copy;
  }

  @Override
  public String toString() {
    return "a matrix of " + rows + "x" + columns;
  }
}
