package io.github.espalier.core.tensor;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Lends native memory for the matrices of a computation that is repeated, and keeps what comes back
 * for the next one. Allocating anew is dear in ND4J: about as dear as a pass over the data.
 *
 * <p>While it is open OpenBLAS runs each product on the thread that asks for it, in the whole
 * process, since whoever uses a workspace splits the work itself.
 *
 * <p>Safe for use by many threads.
 */
public final class Workspace implements AutoCloseable {
  /** The most elements that a matrix can have: ND4J addresses no more than 2 GiB of an array. */
  public static final int MOST_ELEMENTS = NdArrays.MOST_ADDRESSABLE;

  private static final int SMALLEST = 1024;

  private final List<INDArray> free = new ArrayList<>();
  private final IdentityHashMap<FloatMatrix, INDArray> lent = new IdentityHashMap<>();
  private long bytes;
  private boolean closed;

  /**
   * Opens a workspace that holds nothing yet.
   *
   * @throws IllegalStateException if no ND4J backend runs here
   */
  public Workspace() {
    Backends.require();
    Blas.enterSingleThread();
  }

  /**
   * Lends a matrix.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @return a contiguous matrix with undefined elements, until it is released
   * @throws IllegalArgumentException if it would have 2 GiB or more
   * @throws IllegalStateException if the workspace is closed
   */
  public synchronized FloatMatrix take(int rows, int columns) {
    if (closed) {
      throw new IllegalStateException("the workspace is closed");
    }
    long elements = (long) rows * columns;
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          "a matrix of " + rows + "x" + columns + " is not possible");
    }
    NdArrays.requireAddressable(elements);
    INDArray array = best(elements);
    FloatMatrix matrix = FloatMatrix.over(array, rows, columns);
    lent.put(matrix, array);
    return matrix;
  }

  /** The smallest free array that is large enough and not more than twice as large as needed. */
  private INDArray best(long elements) {
    INDArray best = null;
    for (INDArray each : free) {
      if (each.length() >= elements
          && each.length() <= Math.max(2 * elements, SMALLEST)
          && (best == null || each.length() < best.length())) {
        best = each;
      }
    }
    if (best != null) {
      INDArray found = best;
      free.removeIf(each -> each == found);
      return best;
    }
    long length = Math.max(elements, SMALLEST);
    INDArray made = Nd4j.createUninitialized(DataType.FLOAT, new long[] {length}, 'c');
    bytes += length * Float.BYTES;
    return made;
  }

  /**
   * Takes a matrix back.
   *
   * @param matrix what {@link #take} returned, no view of it
   * @throws IllegalArgumentException if it is not lent by this workspace
   */
  public synchronized void release(FloatMatrix matrix) {
    INDArray array = lent.remove(matrix);
    if (array == null) {
      throw new IllegalArgumentException(matrix + " is not lent by this workspace");
    }
    free.add(array);
  }

  /**
   * Returns how much memory the workspace holds, lent or not.
   *
   * @return bytes
   */
  public synchronized long bytes() {
    return bytes;
  }

  /**
   * Returns how many matrices are lent.
   *
   * @return those taken and not released
   */
  public synchronized int lent() {
    return lent.size();
  }

  /**
   * Frees the memory of what is not lent, before a computation whose matrices have other sizes. The
   * next ones are allocated anew.
   */
  public synchronized void trim() {
    for (INDArray each : free) {
      bytes -= each.length() * Float.BYTES;
      each.close();
    }
    free.clear();
  }

  /** Frees the memory, also of what is still lent. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      trim();
      lent.values().forEach(INDArray::close);
      lent.clear();
      bytes = 0;
      Blas.leave();
    }
  }
}
