package io.github.espalier.sd2.nn;

import static io.github.espalier.core.tensor.MatrixProducts.Use.PLAIN;
import static io.github.espalier.core.tensor.MatrixProducts.Use.TRANSPOSED;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.MatrixProducts;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * A gated linear unit with an exact GELU: of a projection to twice the width the first half is
 * multiplied by the GELU of the second.
 *
 * <p>Source: Shazeer, "GLU Variants Improve Transformer" (2020); which half is the gate is as in
 * diffusers. Immutable; safe for use by many threads, each with its own {@link Compute}.
 */
public final class Geglu {
  private final List<String> layers;
  private final FloatMatrix values;
  private final FloatMatrix gates;
  private final float[] bias;
  private final float[] gateBias;

  private Geglu(String layer, FloatMatrix weights, float[] bias) {
    int width = weights.rows() / 2;
    this.layers = List.of(layer);
    this.values = weights.rows(0, width);
    this.gates = weights.rows(width, width);
    this.bias = Arrays.copyOfRange(bias, 0, width);
    this.gateBias = Arrays.copyOfRange(bias, width, 2 * width);
  }

  /**
   * Reads the projection.
   *
   * @param source holds the parameters
   * @param name the projection's name
   * @param in number of inputs
   * @param out number of outputs; the projection has twice as many
   * @return the unit
   * @throws IOException if it cannot be read
   */
  public static Geglu load(ParameterSource source, String name, int in, int out)
      throws IOException {
    return new Geglu(
        name + ".weight",
        source.matrix(name + ".weight", 2 * out, in),
        source.vector(name + ".bias", 2 * out));
  }

  /**
   * Applies the unit.
   *
   * @param compute does the work
   * @param in one row for each token
   * @param samples how many samples the rows belong to
   * @return a matrix of the workspace, to be released
   * @throws IllegalArgumentException if the input does not fit the layer
   */
  public FloatMatrix forward(Compute compute, FloatMatrix in, int samples) {
    Products.check(layers, values, in, samples);
    Linear.tellTap(compute, layers, in, samples);
    long time = compute.start();
    FloatMatrix out = compute.take(in.rows(), values.rows());
    Products.Block[] blocks = Products.blocks(in.rows(), values.rows());
    double work = 4.0 * in.rows() * values.elements() / blocks.length;
    compute.forEach(blocks.length, work, i -> block(compute, in, blocks[i], out));
    compute.stop(Operation.GEGLU, time);
    return out;
  }

  private void block(Compute compute, FloatMatrix in, Products.Block block, FloatMatrix out) {
    FloatMatrix rows = in.rows(block.row(), block.rows());
    FloatMatrix gate = compute.take(block.rows(), block.columns());
    FloatMatrix target = block.of(out);
    product(rows, values, bias, block, target);
    product(rows, gates, gateBias, block, gate);
    float[] a = Scratch.floats(0, VectorMath.BLOCK);
    float[] b = Scratch.floats(1, VectorMath.BLOCK);
    for (int row = 0; row < block.rows(); row++) {
      for (int from = 0; from < block.columns(); from += VectorMath.BLOCK) {
        int count = Math.min(VectorMath.BLOCK, block.columns() - from);
        gate.get(row, from, b, 0, count);
        VectorMath.gelu(b, count);
        target.get(row, from, a, 0, count);
        VectorMath.multiply(a, b, count);
        target.put(row, from, a, 0, count);
      }
    }
    compute.release(gate);
  }

  private static void product(
      FloatMatrix rows,
      FloatMatrix weights,
      float[] bias,
      Products.Block block,
      FloatMatrix target) {
    float beta = Products.prepare(target, bias, block.column(), Products.Start.FRESH);
    MatrixProducts.multiply(
        1f, rows, PLAIN, weights.rows(block.column(), block.columns()), TRANSPOSED, beta, target);
  }
}
