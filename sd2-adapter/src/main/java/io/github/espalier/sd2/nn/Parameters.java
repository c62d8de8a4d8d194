package io.github.espalier.sd2.nn;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.architecture.VaeAttentionNames;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The parameters of one component of a checkpoint, read as binary32 numbers whatever their type on
 * disk.
 *
 * <p>Names are those of today's diffusers; a checkpoint that has the {@linkplain VaeAttentionNames
 * older names} of the VAE's attention is read by the newer ones.
 *
 * <p>Owns their native memory: a network lives as long as the parameters that it was read from. For
 * one thread while loading.
 */
public final class Parameters implements ParameterSource, AutoCloseable {
  private final PrunableModel model;
  private final Map<String, Layer> layers = new HashMap<>();
  private final TensorScope scope = new TensorScope();
  private long bytes;

  /**
   * Finds a component's parameters; reads none yet.
   *
   * @param model an open checkpoint
   * @param component the part of it
   */
  public Parameters(PrunableModel model, Component component) {
    this.model = model;
    for (Layer layer : model.layers()) {
      if (layer.component().equals(component)) {
        layers.put(VaeAttentionNames.NEW.rename(layer.name()), layer);
      }
    }
  }

  @Override
  public FloatMatrix matrix(String name, int... shape) throws IOException {
    FloatMatrix matrix = read(find(name, shape), scope);
    bytes += matrix.elements() * Float.BYTES;
    return matrix;
  }

  @Override
  public FloatMatrix room(int rows, int columns) {
    bytes += (long) rows * columns * Float.BYTES;
    return FloatMatrix.of(scope.zeros(rows, columns));
  }

  @Override
  public void borrow(String name, Use use, int... shape) throws IOException {
    try (TensorScope temporary = new TensorScope()) {
      use.accept(read(find(name, shape), temporary));
    }
  }

  @Override
  public float[] vector(String name, int length) throws IOException {
    try (TensorScope temporary = new TensorScope()) {
      return read(find(name, length), temporary).toArray();
    }
  }

  private FloatMatrix read(Layer layer, TensorScope owner) throws IOException {
    return FloatMatrix.of(
        owner.floats(model.weights(layer), layer.rows(), Math.max(1, layer.columns())));
  }

  private Layer find(String name, int... shape) {
    Layer layer = layers.get(name);
    if (layer == null) {
      throw CheckpointFormatException.of(
          model.source(), name, "is missing, expected " + Arrays.toString(shape));
    }
    Shape expected = Shape.of(Arrays.stream(shape).asLongStream().toArray());
    if (!layer.shape().equals(expected)) {
      throw CheckpointFormatException.of(
          model.source(), layer.name(), "has shape " + layer.shape() + ", expected " + expected);
    }
    DType dtype = layer.dtype();
    if (!dtype.isPrunable()) {
      throw CheckpointFormatException.of(
          model.source(), layer.name(), "has type " + dtype + ", expected F16, BF16, F32 or F64");
    }
    return layer;
  }

  /**
   * Returns how much memory the parameters that were read take.
   *
   * @return bytes, without biases and norms
   */
  public long bytes() {
    return bytes;
  }

  /** Frees the parameters. */
  @Override
  public void close() {
    scope.close();
  }
}
