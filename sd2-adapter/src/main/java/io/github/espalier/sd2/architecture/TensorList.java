package io.github.espalier.sd2.architecture;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.tensor.Shape;
import java.util.List;

/** Collects the tensors of modules, weight before bias. */
final class TensorList {
  private final ImmutableList.Builder<ArchitectureTensor> tensors = ImmutableList.builder();

  void linear(String module, long outputs, long inputs) {
    linearWithoutBias(module, outputs, inputs);
    bias(module, outputs);
  }

  void linearWithoutBias(String module, long outputs, long inputs) {
    add(module + ".weight", LayerKind.LINEAR, outputs, inputs);
  }

  void conv(String module, long outputs, long inputs, int kernel) {
    add(module + ".weight", LayerKind.CONV2D, outputs, inputs, kernel, kernel);
    bias(module, outputs);
  }

  void norm(String module, long width) {
    add(module + ".weight", LayerKind.NORM, width);
    bias(module, width);
  }

  void embedding(String module, long rows, long width) {
    add(module + ".weight", LayerKind.EMBEDDING, rows, width);
  }

  /** The residual block of the VAE, which knows no time. */
  void resnet(String module, long inputs, long outputs) {
    resnet(module, inputs, outputs, 0);
  }

  /**
   * A residual block.
   *
   * @param timeWidth width of the embedded time step, or 0 if the block does not see it
   */
  void resnet(String module, long inputs, long outputs, long timeWidth) {
    norm(module + ".norm1", inputs);
    conv(module + ".conv1", outputs, inputs, 3);
    if (timeWidth > 0) {
      linear(module + ".time_emb_proj", outputs, timeWidth);
    }
    norm(module + ".norm2", outputs);
    conv(module + ".conv2", outputs, outputs, 3);
    if (inputs != outputs) {
      conv(module + ".conv_shortcut", outputs, inputs, 1);
    }
  }

  List<ArchitectureTensor> list() {
    return tensors.build();
  }

  private void bias(String module, long outputs) {
    add(module + ".bias", LayerKind.BIAS, outputs);
  }

  private void add(String name, LayerKind kind, long... extents) {
    tensors.add(new ArchitectureTensor(name, Shape.of(extents), kind));
  }
}
