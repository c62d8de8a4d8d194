package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.List;

/**
 * A linear layer, {@code y = W x + b} for each row {@code x} of its input, or several that share
 * their input.
 *
 * <p>Immutable; safe for use by many threads, each with its own {@link Compute}.
 */
public final class Linear {
  private final List<String> layers;
  private final FloatMatrix weights;
  private final float[] bias;

  private Linear(List<String> layers, FloatMatrix weights, float[] bias) {
    this.layers = layers;
    this.weights = weights;
    this.bias = bias;
  }

  /**
   * Reads a layer {@code NAME.weight} and {@code NAME.bias}.
   *
   * @param source holds the parameters
   * @param name the layer's name
   * @param in number of inputs
   * @param out number of outputs
   * @return the layer
   * @throws IOException if it cannot be read
   */
  public static Linear load(ParameterSource source, String name, int in, int out)
      throws IOException {
    return new Linear(
        List.of(name + ".weight"),
        source.matrix(name + ".weight", out, in),
        source.vector(name + ".bias", out));
  }

  /**
   * Reads a layer without bias.
   *
   * @param source holds the parameters
   * @param name the layer's name
   * @param in number of inputs
   * @param out number of outputs
   * @return the layer
   * @throws IOException if it cannot be read
   */
  public static Linear loadWithoutBias(ParameterSource source, String name, int in, int out)
      throws IOException {
    return new Linear(
        List.of(name + ".weight"), source.matrix(name + ".weight", out, in), new float[0]);
  }

  /**
   * Reads a 1x1 convolution as what it is.
   *
   * @param source holds the parameters
   * @param name the layer's name
   * @param in number of input channels
   * @param out number of output channels
   * @return the layer, for the rows of a feature map
   * @throws IOException if it cannot be read
   */
  public static Linear loadPointwise(ParameterSource source, String name, int in, int out)
      throws IOException {
    return new Linear(
        List.of(name + ".weight"),
        source.matrix(name + ".weight", out, in, 1, 1),
        source.vector(name + ".bias", out));
  }

  /**
   * Reads layers that share their input, whose outputs then stand side by side.
   *
   * @param source holds the parameters
   * @param names the layers' names
   * @param in number of inputs
   * @param out number of outputs of each
   * @param hasBias whether the layers have one
   * @return the layers as one
   * @throws IOException if one cannot be read
   */
  public static Linear loadFused(
      ParameterSource source, List<String> names, int in, int out, boolean hasBias)
      throws IOException {
    FloatMatrix weights = source.room(names.size() * out, in);
    float[] bias = new float[hasBias ? names.size() * out : 0];
    for (int i = 0; i < names.size(); i++) {
      FloatMatrix part = weights.rows(i * out, out);
      source.borrow(names.get(i) + ".weight", part::copyAll, out, in);
      if (hasBias) {
        System.arraycopy(source.vector(names.get(i) + ".bias", out), 0, bias, i * out, out);
      }
    }
    return new Linear(names.stream().map(name -> name + ".weight").toList(), weights, bias);
  }

  /**
   * Returns the number of outputs.
   *
   * @return columns of the result
   */
  public int outputs() {
    return weights.rows();
  }

  /**
   * Applies the layer.
   *
   * @param compute does the work
   * @param in one row for each token or pixel
   * @param samples how many samples the rows belong to, in equal shares
   * @return a matrix of the workspace, to be released
   * @throws IllegalArgumentException if the input does not fit the layer
   */
  public FloatMatrix forward(Compute compute, FloatMatrix in, int samples) {
    Products.check(layers, weights, in, samples);
    FloatMatrix out = compute.take(in.rows(), outputs());
    run(compute, in, samples, Products.Start.FRESH, out);
    return out;
  }

  /**
   * Applies the layer to the pixels of feature maps.
   *
   * @param compute does the work
   * @param in feature maps
   * @return a matrix of the workspace, to be released
   * @throws IllegalArgumentException if the input does not fit the layer
   */
  public FloatMatrix forward(Compute compute, FeatureMap in) {
    Products.check(layers, weights, in.values(), 1);
    FloatMatrix out = compute.take(in.values().rows(), outputs());
    layers.forEach(layer -> compute.input(layer, in));
    product(compute, in.values(), Products.Start.FRESH, out);
    return out;
  }

  /**
   * Adds the layer's output to a matrix.
   *
   * @param compute does the work
   * @param in one row for each token or pixel
   * @param samples how many samples the rows belong to, in equal shares
   * @param sum what is added to; of the output's shape
   * @throws IllegalArgumentException if the input or the sum does not fit the layer
   */
  public void addTo(Compute compute, FloatMatrix in, int samples, FloatMatrix sum) {
    checkSum(in, samples, sum);
    run(compute, in, samples, Products.Start.ACCUMULATE, sum);
  }

  /**
   * Adds the layer's output for the pixels of feature maps to a matrix.
   *
   * @param compute does the work
   * @param in feature maps
   * @param sum what is added to; of the output's shape
   * @throws IllegalArgumentException if the input or the sum does not fit the layer
   */
  public void addTo(Compute compute, FeatureMap in, FloatMatrix sum) {
    checkSum(in.values(), 1, sum);
    layers.forEach(layer -> compute.input(layer, in));
    product(compute, in.values(), Products.Start.ACCUMULATE, sum);
  }

  private void checkSum(FloatMatrix in, int samples, FloatMatrix sum) {
    Products.check(layers, weights, in, samples);
    if (sum.rows() != in.rows() || sum.columns() != outputs()) {
      throw new IllegalArgumentException(
          layers + " of " + in + " gives " + outputs() + " columns, which do not fit " + sum);
    }
  }

  private void run(
      Compute compute, FloatMatrix in, int samples, Products.Start start, FloatMatrix out) {
    tellTap(compute, layers, in, samples);
    product(compute, in, start, out);
  }

  private void product(Compute compute, FloatMatrix in, Products.Start start, FloatMatrix out) {
    long time = compute.start();
    Products.run(compute, in, weights, bias, start, out);
    compute.stop(Operation.LINEAR, time);
  }

  static void tellTap(Compute compute, List<String> layers, FloatMatrix in, int samples) {
    if (compute.isTapped()) {
      FeatureMap map = new FeatureMap(in, samples, in.rows() / samples, 1);
      layers.forEach(layer -> compute.input(layer, map));
    }
  }
}
