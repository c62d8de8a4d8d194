package io.github.espalier.sd2.diff;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;

/** How two tensors of one name differ. Immutable. */
public sealed interface TensorDifference {
  /**
   * Returns which tensor it is.
   *
   * @return qualified layer name such as {@code unet/conv_in.weight}, or the name in a plain file
   */
  String name();

  /** One of the two checkpoints. */
  enum Side {
    /** The checkpoint that was given first. */
    FIRST,
    /** The checkpoint that was given second. */
    SECOND
  }

  /**
   * Only one of the two has the tensor.
   *
   * @param name which tensor it is
   * @param side the one that has it
   * @param dtype its element type
   * @param shape its extents
   */
  record OnlyIn(String name, Side side, DType dtype, Shape shape) implements TensorDifference {}

  /**
   * Element type or shape differ, so that values were not compared.
   *
   * @param name which tensor it is
   * @param firstType element type in the first
   * @param firstShape extents in the first
   * @param secondType element type in the second
   * @param secondShape extents in the second
   */
  record Redefined(
      String name, DType firstType, Shape firstShape, DType secondType, Shape secondShape)
      implements TensorDifference {}

  /**
   * Values differ, bit by bit.
   *
   * <p>Indices are flat and in C order. -0 counts as zero, so that +0 in place of -0, which pruning
   * writes, adds no zero: it is a change of sign. Elements narrower than a byte are compared,
   * counted and numbered as bytes.
   *
   * @param name which tensor it is
   * @param dtype its element type
   * @param shape its extents
   * @param changed number of elements whose bits differ
   * @param firstIndex the first of them
   * @param lastIndex the last of them
   * @param zerosAdded elements that are zero in the second only
   * @param zerosRemoved elements that are zero in the first only
   * @param zeroSigns elements that are +0 in the one and -0 in the other
   */
  record Changed(
      String name,
      DType dtype,
      Shape shape,
      long changed,
      long firstIndex,
      long lastIndex,
      long zerosAdded,
      long zerosRemoved,
      long zeroSigns)
      implements TensorDifference {
    /**
     * Returns how many elements changed otherwise.
     *
     * @return changed elements that are zero in neither
     */
    public long otherChanges() {
      return changed - zerosAdded - zerosRemoved - zeroSigns;
    }
  }
}
