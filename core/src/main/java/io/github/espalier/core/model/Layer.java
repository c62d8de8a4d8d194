package io.github.espalier.core.model;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;

/**
 * A named parameter tensor of a model, seen as a matrix of {@code [rows, columns]}: outputs by
 * inputs.
 *
 * <p>A Linear of {@code [out, in]} is that matrix; a Conv2d of {@code [out, in, height, width]} is
 * {@code [out, in * height * width]} in PyTorch's order. A layer need not be a whole tensor of a
 * file: the fused attention projection of original single files is three layers.
 *
 * @param name unique within the component, such as {@code
 *     down_blocks.0.attentions.0.proj_in.weight}
 * @param component the part of the model that it belongs to
 * @param kind what the tensor does
 * @param shape its extents
 * @param dtype its element type
 */
public record Layer(String name, Component component, LayerKind kind, Shape shape, DType dtype) {
  /**
   * Returns the name that is unique in the whole model.
   *
   * @return component and name, such as {@code unet/conv_in.weight}
   */
  public String qualifiedName() {
    return component.name() + "/" + name;
  }

  /**
   * Returns the number of outputs.
   *
   * @return the first extent; 1 for a scalar
   */
  public long rows() {
    return shape.rank() == 0 ? 1 : shape.extent(0);
  }

  /**
   * Returns the number of inputs.
   *
   * @return the product of the other extents; 0 if there are no rows
   */
  public long columns() {
    return rows() == 0 ? 0 : shape.elements() / rows();
  }

  /**
   * Returns the number of parameters.
   *
   * @return the number of elements
   */
  public long parameters() {
    return shape.elements();
  }
}
