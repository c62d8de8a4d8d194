package io.github.espalier.core.tensor;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reductions over ND4J arrays that are exact to double precision.
 *
 * <p>ND4J 1.0.0-M2.1 accumulates reductions of {@code FLOAT} arrays in binary32 without
 * compensation: the sum of ten million equal numbers is off by 4 %. These methods accumulate in
 * binary64, in a fixed order, and never change their argument. Stateless.
 */
public final class NdArrays {
  /** As many binary32 numbers as a buffer of less than 2 GiB has; ND4J cuts off the others. */
  static final int MOST_ADDRESSABLE = Integer.MAX_VALUE / Float.BYTES;

  private NdArrays() {}

  /**
   * Views the elements of an array.
   *
   * @param array a contiguous {@code FLOAT} array in C order
   * @return a buffer over the array's own memory, of as many elements; valid while the array is
   *     open
   * @throws IllegalArgumentException if the array is of another type, order or layout, or has 2 GiB
   *     or more
   */
  public static FloatBuffer floats(INDArray array) {
    requireAddressable(array.length());
    if (array.dataType() != DataType.FLOAT || !isContiguous(array)) {
      throw new IllegalArgumentException(
          "expected a contiguous FLOAT array in C order, found "
              + array.dataType()
              + " of shape "
              + Arrays.toString(array.shape())
              + " and strides "
              + Arrays.toString(array.stride())
              + (array.isView() ? ", a view" : ""));
    }
    if (isEmpty(array)) {
      return FloatBuffer.allocate(0);
    }
    FloatBuffer buffer = array.data().asNioFloat();
    return buffer.slice(0, Math.toIntExact(array.length()));
  }

  /** Refuses an array whose elements no buffer can address. */
  static void requireAddressable(long elements) {
    if (elements > MOST_ADDRESSABLE) {
      throw new IllegalArgumentException(
          elements + " elements are too many, at most " + MOST_ADDRESSABLE + " are possible");
    }
  }

  /**
   * Views an array as stored binary32 weights.
   *
   * @param array a contiguous {@code FLOAT} array in C order, which must stay open
   * @return a view of the same shape
   * @throws IllegalArgumentException if the array is of another type, order or layout
   */
  public static TensorData data(INDArray array) {
    return new ArrayTensor(Shape.of(array.shape()), floats(array));
  }

  /**
   * Copies an array into C order, if it is not so already.
   *
   * @param array any array of numbers
   * @param scope owns the copy, if one is made
   * @return the array itself or its copy, as {@code FLOAT}
   */
  public static INDArray contiguous(INDArray array, TensorScope scope) {
    INDArray floats =
        array.dataType() == DataType.FLOAT ? array : scope.own(array.castTo(DataType.FLOAT));
    return isContiguous(floats) ? floats : scope.own(floats.dup('c'));
  }

  /** Empty arrays have no memory at all. */
  private static boolean isEmpty(INDArray array) {
    return array.isEmpty() || array.length() == 0;
  }

  /** Looks at strides, since ND4J calls a permuted array no view and its order 'c'. */
  private static boolean isContiguous(INDArray array) {
    long[] shape = array.shape();
    long[] strides = array.stride();
    if (isEmpty(array)) {
      return true;
    }
    long expected = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] > 1 && strides[i] != expected) {
        return false;
      }
      expected *= shape[i];
    }
    return !array.isView();
  }

  /**
   * Sums the elements.
   *
   * @param array a contiguous {@code FLOAT} array in C order; may be empty
   * @return the sum, accumulated in binary64
   */
  public static double sum(INDArray array) {
    FloatBuffer values = floats(array);
    double sum = 0;
    for (int i = 0; i < values.limit(); i++) {
      sum += values.get(i);
    }
    return sum;
  }

  /**
   * Sums the squares of the elements.
   *
   * @param array a contiguous {@code FLOAT} array in C order; may be empty
   * @return the sum of squares, accumulated in binary64
   */
  public static double sumOfSquares(INDArray array) {
    FloatBuffer values = floats(array);
    double sum = 0;
    for (int i = 0; i < values.limit(); i++) {
      double value = values.get(i);
      sum += value * value;
    }
    return sum;
  }

  /**
   * Tells whether all elements are finite.
   *
   * @param array a contiguous {@code FLOAT} array in C order
   * @return false if there is a NaN or an infinity
   */
  public static boolean isFinite(INDArray array) {
    FloatBuffer values = floats(array);
    for (int i = 0; i < values.limit(); i++) {
      if (!Float.isFinite(values.get(i))) {
        return false;
      }
    }
    return true;
  }
}
