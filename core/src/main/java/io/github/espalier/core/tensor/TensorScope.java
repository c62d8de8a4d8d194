package io.github.espalier.core.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Owns ND4J arrays and frees their native memory when closed, instead of whenever the garbage
 * collector runs.
 *
 * <pre>{@code
 * try (TensorScope scope = new TensorScope()) {
 *   INDArray weights = scope.floats(data, rows, columns);
 *   ...
 * } // every array of the scope is freed here
 * }</pre>
 *
 * <p>A scope belongs to one thread.
 */
public final class TensorScope implements AutoCloseable {
  private final List<INDArray> owned = new ArrayList<>();
  private final List<ResidentTensor> resident = new ArrayList<>();

  /** Opens a scope that owns nothing yet. */
  public TensorScope() {}

  /**
   * Lets this scope own an array.
   *
   * @param array an array that nothing else closes, and no transpose or permutation of one, which
   *     ND4J frees together with the array itself; other views are left to their base
   * @return the same array
   */
  public INDArray own(INDArray array) {
    owned.add(array);
    return array;
  }

  /**
   * Makes a matrix of zeros.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @return a new {@code FLOAT} array in C order
   */
  public INDArray zeros(long rows, long columns) {
    Backends.require();
    return own(Nd4j.create(DataType.FLOAT, new long[] {rows, columns}, 'c'));
  }

  /**
   * Makes a matrix from values.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param values one for each element, in C order
   * @return a new {@code FLOAT} array in C order
   * @throws IllegalArgumentException if the number of values does not fit
   */
  public INDArray matrix(long rows, long columns, float... values) {
    if (values.length != rows * columns) {
      throw new IllegalArgumentException(
          values.length + " values do not fill a matrix of " + rows + " by " + columns);
    }
    INDArray array = zeros(rows, columns);
    NdArrays.floats(array).put(values);
    return array;
  }

  /**
   * Reads a tensor into memory, for work that walks it several times.
   *
   * @param data the tensor
   * @return the tensor in memory until this scope is closed, changed by whoever overwrites the
   *     pieces that {@link TensorReader} hands out; {@code data} itself if it has more than 32 MiB
   * @throws IOException if reading fails
   */
  public TensorData resident(TensorData data) throws IOException {
    if (data.byteSize() > ResidentTensor.MOST_BYTES) {
      return data;
    }
    ResidentTensor tensor = ResidentTensor.load(data);
    resident.add(tensor);
    return tensor;
  }

  /**
   * Copies a tensor, bit for bit, into native memory that this scope owns, so that large tensors
   * can be held without a large heap.
   *
   * @param data a tensor of less than 2 GiB
   * @return the copy, which must not be read once this scope is closed
   * @throws IllegalArgumentException if it is larger
   * @throws IOException if reading fails
   */
  public TensorData copy(TensorData data) throws IOException {
    long size = data.byteSize();
    if (size == 0) {
      return data;
    }
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a tensor of " + size + " bytes, but a copy can have " + Integer.MAX_VALUE + " at most");
    }
    Backends.require();
    INDArray memory = own(Nd4j.createUninitialized(DataType.INT8, size));
    ByteBuffer bytes = memory.data().asNio().slice(0, (int) size);
    data.read(0, bytes.slice());
    return TensorData.ofBytes(data.dtype(), data.shape(), bytes);
  }

  /**
   * Reads a tensor as a matrix of binary32 numbers.
   *
   * <p>F16 and BF16 widen exactly; F64 is rounded to nearest.
   *
   * @param data a tensor of a prunable type
   * @param rows number of rows
   * @param columns number of columns; {@code rows * columns} is the number of elements
   * @return a new {@code FLOAT} array in C order
   * @throws IllegalArgumentException if the type is not prunable or the matrix does not fit
   * @throws IOException if reading fails
   */
  public INDArray floats(TensorData data, long rows, long columns) throws IOException {
    if (!data.dtype().isPrunable()) {
      throw new IllegalArgumentException("elements of type " + data.dtype() + " are not weights");
    }
    if (data.shape().elements() != rows * columns) {
      throw new IllegalArgumentException(
          "a tensor of " + data.shape() + " is no matrix of " + rows + " by " + columns);
    }
    INDArray array = zeros(rows, columns);
    FloatBuffer target = NdArrays.floats(array);
    TensorReader.forEachPiece(data, (first, piece) -> widen(data.dtype(), piece, target));
    return array;
  }

  private static void widen(DType dtype, ByteBuffer piece, FloatBuffer target) {
    int width = dtype.bytes();
    switch (dtype) {
      case F32 -> target.put(piece.asFloatBuffer());
      case F16 -> {
        for (int i = 0; i < piece.limit(); i += width) {
          target.put(HalfPrecision.f16ToFloat(piece.getShort(i)));
        }
      }
      case BF16 -> {
        for (int i = 0; i < piece.limit(); i += width) {
          target.put(HalfPrecision.bf16ToFloat(piece.getShort(i)));
        }
      }
      case F64 -> {
        for (int i = 0; i < piece.limit(); i += width) {
          target.put((float) piece.getDouble(i));
        }
      }
      default -> throw new IllegalArgumentException("elements of type " + dtype);
    }
  }

  /** Frees every array that this scope owns, last first; arrays already closed are left alone. */
  @Override
  public void close() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      INDArray array = owned.get(i);
      if (array.closeable() && !array.wasClosed()) {
        array.close();
      }
    }
    owned.clear();
    resident.forEach(ResidentTensor::release);
    resident.clear();
  }
}
