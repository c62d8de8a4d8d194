package io.github.espalier.sd2.architecture;

import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.tensor.Shape;

/**
 * Where a tensor of the diffusers layout lies in a single file.
 *
 * <p>Elements never change, nor does their order: the tensor is a range of rows (entries of the
 * outermost dimension) of the single file's tensor, at most under another shape. It starts {@code
 * firstRow * (elements / all rows)} elements into the single file's tensor and is contiguous there.
 *
 * @param component whose tensor it is
 * @param tensor the tensor in the diffusers layout
 * @param singleFileName the name of the single file's tensor that holds it
 * @param singleFileShape the whole shape of that tensor
 * @param firstRow the first row of the tensor there, from 0
 * @param rows the number of its rows there, which is the extent of its own outermost dimension
 */
public record Correspondence(
    Sd2Component component,
    ArchitectureTensor tensor,
    String singleFileName,
    Shape singleFileShape,
    long firstRow,
    long rows) {

  /**
   * Checks that the rows exist and have the tensor's elements.
   *
   * @param component whose tensor it is
   * @param tensor the tensor in the diffusers layout
   * @param singleFileName the name of the single file's tensor that holds it
   * @param singleFileShape the whole shape of that tensor
   * @param firstRow the first row of the tensor there, from 0
   * @param rows the number of its rows there, which is the extent of its own outermost dimension
   * @throws IllegalArgumentException if they do not
   */
  public Correspondence {
    if (singleFileShape.rank() == 0
        || firstRow < 0
        || rows < 1
        || firstRow + rows > singleFileShape.extent(0)
        || singleFileShape.elements() / singleFileShape.extent(0) * rows
            != tensor.shape().elements()) {
      throw new IllegalArgumentException(
          rows
              + " rows from "
              + firstRow
              + " of "
              + singleFileName
              + " "
              + singleFileShape
              + " are not "
              + tensor.name()
              + " "
              + tensor.shape());
    }
  }

  /**
   * Tells whether the single file's tensor holds other tensors too.
   *
   * @return whether the tensor is less than all its rows
   */
  public boolean fused() {
    return rows < singleFileShape.extent(0);
  }

  /**
   * Returns where the tensor begins in the single file's tensor.
   *
   * @return elements before it
   */
  public long firstElement() {
    return singleFileShape.elements() / singleFileShape.extent(0) * firstRow;
  }

  /**
   * Tells whether a checkpoint may lack the tensor, in either layout.
   *
   * @return whether it is a buffer
   */
  public boolean optional() {
    return tensor.kind() == LayerKind.OTHER;
  }
}
