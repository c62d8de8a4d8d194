package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;
import java.io.IOException;

/** Where a network's parameters come from. */
public interface ParameterSource {
  /**
   * Reads a tensor as binary32 numbers in native memory that stays open as long as the network.
   *
   * @param name its name within the component
   * @param shape the extents that the network needs
   * @return the tensor as a matrix of the first extent by the product of the others
   * @throws io.github.espalier.core.model.CheckpointFormatException if it is missing or has another
   *     shape
   * @throws IOException if it cannot be read
   */
  FloatMatrix matrix(String name, int... shape) throws IOException;

  /**
   * Makes a matrix for parameters in another arrangement.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @return a matrix with undefined elements that stays open as long as the network
   */
  FloatMatrix room(int rows, int columns);

  /**
   * Reads a tensor, lets it be rearranged, and forgets it.
   *
   * @param name its name within the component
   * @param use what to do with the matrix, which is only valid during the call
   * @param shape the extents that the network needs
   * @throws io.github.espalier.core.model.CheckpointFormatException if it is missing or has another
   *     shape
   * @throws IOException if it cannot be read
   */
  void borrow(String name, Use use, int... shape) throws IOException;

  /**
   * Reads a tensor of one axis.
   *
   * @param name its name within the component
   * @param length the number of elements that the network needs
   * @return the elements
   * @throws io.github.espalier.core.model.CheckpointFormatException if it is missing or has another
   *     shape
   * @throws IOException if it cannot be read
   */
  float[] vector(String name, int length) throws IOException;

  /** What is done with a borrowed matrix. */
  @FunctionalInterface
  interface Use {
    /**
     * Uses the matrix.
     *
     * @param matrix only valid during the call
     */
    void accept(FloatMatrix matrix);
  }
}
