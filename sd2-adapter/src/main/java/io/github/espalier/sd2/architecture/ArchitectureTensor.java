package io.github.espalier.sd2.architecture;

import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.tensor.Shape;

/**
 * A tensor that a component of a checkpoint holds, under its name in the diffusers layout.
 *
 * @param name such as {@code down_blocks.0.resnets.0.conv1.weight}, without the component
 * @param shape its extents
 * @param kind what it is to its module
 */
public record ArchitectureTensor(String name, Shape shape, LayerKind kind) {
  /**
   * Returns the module that owns the tensor: its name up to the last dot.
   *
   * <p>A weight and its bias have the same module.
   *
   * @return such as {@code down_blocks.0.resnets.0.conv1}; empty if the name has no dot
   */
  public String module() {
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }
}
