package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.TensorInfo;

/**
 * Where a layer lies: from a byte of a file's tensor on, contiguously.
 *
 * @param layer the layer
 * @param file the file
 * @param tensor the file's tensor that holds it
 * @param byteOffset bytes of the tensor before it
 */
record LayerSource(Layer layer, WeightFile file, TensorInfo tensor, long byteOffset) {
  TensorData data() {
    return file.tensor(tensor.name()).slice(byteOffset, layer.shape());
  }

  /** The layer's place in the dense file. */
  long begin() {
    return file.header().dataOffset() + tensor.begin() + byteOffset;
  }

  long end() {
    return begin() + layer.parameters() * layer.dtype().bits() / 8;
  }
}
