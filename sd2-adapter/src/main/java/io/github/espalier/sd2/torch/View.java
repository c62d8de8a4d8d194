package io.github.espalier.sd2.torch;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;

/**
 * A tensor of a pickle: elements of a storage, found by strides. Lies within its storage.
 *
 * @param storage where the elements are
 * @param dtype their type
 * @param firstElement index of the first one in the storage
 * @param shape the extents
 * @param strides elements from one index to the next, for each dimension; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Compared nowhere, and not seen outside the package.
record View(Storage storage, DType dtype, long firstElement, Shape shape, long[] strides) {
  private static final int MOST_DIMENSIONS = 64;

  static View of(Storage storage, DType dtype, long firstElement, long[] extents, long[] strides) {
    if (extents.length != strides.length || extents.length > MOST_DIMENSIONS) {
      throw new PickleDamage(
          "a tensor has " + extents.length + " extents and " + strides.length + " strides");
    }
    Shape shape;
    try {
      shape = Shape.of(extents);
      long end = end(firstElement, extents, strides);
      if (end > storage.byteSize() / dtype.bytes()) {
        throw new PickleDamage(
            "a tensor reaches to element "
                + end
                + " of a storage of "
                + storage.byteSize() / dtype.bytes());
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new PickleDamage("a tensor has a size beyond all bounds");
    }
    return new View(storage, dtype, firstElement, shape, strides);
  }

  private static long end(long firstElement, long[] extents, long[] strides) {
    long last = firstElement;
    boolean empty = firstElement < 0;
    for (int i = 0; i < extents.length; i++) {
      if (strides[i] < 0) {
        throw new PickleDamage("a tensor has a negative stride");
      }
      empty |= extents[i] == 0;
      if (!empty) {
        last = Math.addExact(last, Math.multiplyExact(extents[i] - 1, strides[i]));
      }
    }
    if (firstElement < 0) {
      throw new PickleDamage("a tensor begins at the element " + firstElement);
    }
    return empty ? 0 : Math.addExact(last, 1);
  }

  /** Tells whether the elements lie one after the other in the order of the indices. */
  boolean isContiguous() {
    long expected = 1;
    for (int i = shape.rank() - 1; i >= 0; i--) {
      if (shape.extent(i) != 1 && strides[i] != expected) {
        return shape.elements() == 0;
      }
      expected *= shape.extent(i);
    }
    return true;
  }

  /** Returns the place of the first element in the storage of the file. */
  long firstByte() {
    return storage.firstByte() + firstElement * dtype.bytes();
  }
}
