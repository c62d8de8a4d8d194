package io.github.espalier.methods.trained;

import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.MatrixProducts;
import io.github.espalier.core.tensor.MatrixProducts.Use;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** A linear layer, {@code y = x W^T + b}. The weights' memory is a scope's. */
final class Linear {
  private final Layer layer;
  private final FloatMatrix weights;
  private final float[] bias;

  private Linear(Layer layer, FloatMatrix weights, float[] bias) {
    this.layer = layer;
    this.weights = weights;
    this.bias = bias;
  }

  /** The layer of a module, such as {@code encoder.layer.0.output.dense}. */
  static Linear of(
      String module, Map<Layer, TensorData> weights, Initialisers others, TensorScope scope) {
    for (Map.Entry<Layer, TensorData> entry : weights.entrySet()) {
      Layer layer = entry.getKey();
      if (layer.name().equals(module + ".weight")) {
        return new Linear(
            layer, matrix(layer, entry.getValue(), scope), others.values(module + ".bias"));
      }
    }
    throw new IllegalArgumentException("the model has no layer " + module);
  }

  /** A layer's weights, {@code [outputs, inputs]}. */
  static FloatMatrix matrix(Layer layer, TensorData data, TensorScope scope) {
    try {
      return FloatMatrix.of(scope.floats(data, layer.rows(), layer.columns()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The outputs of some tokens, whose number follows from the length of {@code input}. */
  float[] apply(float[] input, InputTap tap) {
    int tokens = input.length / weights.columns();
    try (TensorScope scope = new TensorScope()) {
      FloatMatrix rows = FloatMatrix.of(scope.matrix(tokens, weights.columns(), input));
      tap.input(layer, rows);
      FloatMatrix product = FloatMatrix.of(scope.zeros(tokens, weights.rows()));
      MatrixProducts.multiply(1f, rows, Use.PLAIN, weights, Use.TRANSPOSED, 0f, product);
      float[] output = product.toArray();
      for (int i = 0; i < output.length; i++) {
        output[i] += bias[i % bias.length];
      }
      return output;
    }
  }
}
