package io.github.espalier.core.mask;

import io.github.espalier.core.tensor.NdArrays;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Applies masks to ND4J arrays. Stateless. */
public final class Masks {
  private Masks() {}

  /**
   * Sets the pruned elements of an array to +0, in place.
   *
   * @param mask a mask of as many weights as the array has elements
   * @param array a contiguous {@code FLOAT} array in C order
   * @throws IllegalArgumentException if the sizes differ, or the array is of another type, order or
   *     layout
   */
  public static void apply(Mask mask, INDArray array) {
    if (array.length() != mask.shape().elements()) {
      throw new IllegalArgumentException(
          "a mask of shape " + mask.shape() + " does not fit an array of " + array.length());
    }
    FloatBuffer values = NdArrays.floats(array);
    for (int i = 0; i < values.limit(); i++) {
      if (!mask.isKept(i)) {
        values.put(i, 0f);
      }
    }
  }
}
