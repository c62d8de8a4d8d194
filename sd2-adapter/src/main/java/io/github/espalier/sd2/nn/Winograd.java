package io.github.espalier.sd2.nn;

import static io.github.espalier.core.tensor.MatrixProducts.Use.PLAIN;
import static io.github.espalier.core.tensor.MatrixProducts.Use.TRANSPOSED;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.MatrixProducts;
import java.util.Arrays;

/**
 * A 3x3 convolution without stride and with at most one pixel of padding, by the minimal filtering
 * algorithm F(2x2, 3x3): tiles of 2x2 outputs from 4x4 inputs with 16 multiplications in place of
 * 36.
 *
 * <p>With the kernel g, the input tile d and the matrices of the source, {@code Y = A^T [(G g G^T)
 * (B^T d B)] A}, elementwise inside the brackets; summed over the input channels that is one matrix
 * product for each of the 16 points. Source: Lavin and Gray, "Fast Algorithms for Convolutional
 * Neural Networks" (arXiv 1509.09308), section 4.1. Its transforms only add, so that it rounds
 * about as much as a product does.
 */
final class Winograd implements Convolver {
  /** Points of a transformed tile. */
  static final int POINTS = 16;

  /** Elements of a chunk's transformed input and output together. */
  private static final int CHUNK = 24_000_000;

  private static final int MOST_TILES = 1024;
  private static final int LEAST_TILES = 64;

  private final FloatMatrix weights;
  private final Padding padding;
  private final int in;
  private final int out;

  /** Takes transformed weights: for each point a matrix {@code [out, in]}. */
  Winograd(FloatMatrix weights, Padding padding, int in, int out) {
    this.weights = weights;
    this.padding = padding;
    this.in = in;
    this.out = out;
  }

  /** Computes {@code G g G^T} for each pair of channels of {@code [out, in, 3, 3]}. */
  static void transform(FloatMatrix kernels, int in, FloatMatrix result) {
    int out = kernels.rows();
    float[] row = new float[in * 9];
    float[][] points = new float[POINTS][in];
    double[] half = new double[12];
    for (int o = 0; o < out; o++) {
      kernels.get(o, 0, row, 0, row.length);
      for (int i = 0; i < in; i++) {
        for (int column = 0; column < 3; column++) {
          double a = row[i * 9 + column];
          double b = row[i * 9 + 3 + column];
          double c = row[i * 9 + 6 + column];
          half[column] = a;
          half[3 + column] = (a + b + c) / 2;
          half[6 + column] = (a - b + c) / 2;
          half[9 + column] = c;
        }
        for (int r = 0; r < 4; r++) {
          double a = half[r * 3];
          double b = half[r * 3 + 1];
          double c = half[r * 3 + 2];
          points[r * 4][i] = (float) a;
          points[r * 4 + 1][i] = (float) ((a + b + c) / 2);
          points[r * 4 + 2][i] = (float) ((a - b + c) / 2);
          points[r * 4 + 3][i] = (float) c;
        }
      }
      for (int point = 0; point < POINTS; point++) {
        result.put(point * out + o, 0, points[point], 0, in);
      }
    }
  }

  static boolean suits(Conv2d.Geometry geometry) {
    Padding padding = geometry.padding();
    return geometry.height() == 3
        && geometry.width() == 3
        && geometry.stride() == 1
        && geometry.dilation() == 1
        && Math.max(padding.top(), padding.left()) <= 1
        && Math.max(padding.bottom(), padding.right()) <= 1;
  }

  @Override
  public Operation operation() {
    return Operation.CONVOLUTION_WINOGRAD;
  }

  @Override
  public void run(Compute compute, FeatureMap input, Ending ending, FeatureMap output) {
    int tileRows = (output.height() + 1) / 2;
    int tilesAcross = (output.width() + 1) / 2;
    int allRows = input.samples() * tileRows;
    int tiles = Math.min(MOST_TILES, Math.max(LEAST_TILES, CHUNK / (POINTS * (in + out))));
    int rowsPerChunk = Math.min(allRows, Math.max(1, tiles / tilesAcross));
    int most = rowsPerChunk * tilesAcross;
    FloatMatrix transformed = compute.take(POINTS * most, in);
    FloatMatrix products = compute.take(POINTS * most, out);
    for (int first = 0; first < allRows; first += rowsPerChunk) {
      int rows = Math.min(rowsPerChunk, allRows - first);
      int from = first;
      int count = rows * tilesAcross;
      compute.forEach(
          rows,
          40.0 * tilesAcross * in,
          i -> {
            int sample = (from + i) / tileRows;
            int top = (from + i) % tileRows * 2 - padding.top();
            intoPoints(input, sample, top, tilesAcross, transformed, i * tilesAcross, count);
          });
      multiply(compute, transformed, count, products);
      compute.forEach(
          rows,
          40.0 * tilesAcross * out,
          i -> {
            int sample = (from + i) / tileRows;
            int tileRow = (from + i) % tileRows;
            fromPoints(products, i * tilesAcross, count, output, sample, tileRow, ending);
          });
    }
    compute.release(transformed);
    compute.release(products);
  }

  private void multiply(Compute compute, FloatMatrix transformed, int count, FloatMatrix products) {
    compute.forEach(
        POINTS,
        2.0 * count * in * out,
        point ->
            MatrixProducts.multiply(
                1f,
                transformed.rows(point * count, count),
                PLAIN,
                weights.rows(point * out, out),
                TRANSPOSED,
                0f,
                products.rows(point * count, count)));
  }

  /** Transforms a row of tiles, {@code B^T d B}. */
  private void intoPoints(
      FeatureMap input,
      int sample,
      int top,
      int tilesAcross,
      FloatMatrix result,
      int at,
      int count) {
    int length = (2 * tilesAcross + 2) * in;
    float[][] lines = new float[4][];
    for (int i = 0; i < 4; i++) {
      lines[i] = Scratch.floats(i, length);
      load(input, sample, top + i, lines[i], length);
    }
    combine(lines[0], lines[1], lines[2], lines[3], length);
    float[][] columns = new float[4][];
    for (int i = 0; i < 4; i++) {
      columns[i] = Scratch.floats(4 + i, tilesAcross * in);
    }
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        for (int tile = 0; tile < tilesAcross; tile++) {
          System.arraycopy(lines[i], (2 * tile + j) * in, columns[j], tile * in, in);
        }
      }
      combine(columns[0], columns[1], columns[2], columns[3], tilesAcross * in);
      for (int j = 0; j < 4; j++) {
        result.put((i * 4 + j) * count + at, 0, columns[j], 0, tilesAcross * in);
      }
    }
  }

  /** A line of pixels with the padding before it, and zeros after it. */
  private void load(FeatureMap input, int sample, int y, float[] line, int length) {
    if (y < 0 || y >= input.height()) {
      Arrays.fill(line, 0, length, 0f);
      return;
    }
    int before = padding.left() * in;
    int width = Math.min(input.width() * in, length - before);
    Arrays.fill(line, 0, before, 0f);
    input.values().get((sample * input.height() + y) * input.width(), 0, line, before, width);
    Arrays.fill(line, before + width, length, 0f);
  }

  /** Multiplies by the matrix {@code B^T} of the source, in place. */
  private static void combine(float[] a, float[] b, float[] c, float[] d, int length) {
    for (int i = 0; i < length; i++) {
      a[i] = a[i] - c[i];
    }
    for (int i = 0; i < length; i++) {
      d[i] = b[i] - d[i];
    }
    for (int i = 0; i < length; i++) {
      float p = b[i];
      float q = c[i];
      b[i] = p + q;
      c[i] = q - p;
    }
  }

  /** Transforms a row of tiles back, {@code A^T m A}, and adds the bias. */
  private void fromPoints(
      FloatMatrix products,
      int at,
      int count,
      FeatureMap output,
      int sample,
      int tileRow,
      Ending ending) {
    int tilesAcross = (output.width() + 1) / 2;
    int length = tilesAcross * out;
    float[][] upper = new float[4][];
    float[][] lower = new float[4][];
    for (int j = 0; j < 4; j++) {
      upper[j] = Scratch.floats(j, length);
      lower[j] = Scratch.floats(4 + j, length);
      float[] second = Scratch.floats(8, length);
      float[] third = Scratch.floats(9, length);
      products.get(j * count + at, 0, upper[j], 0, length);
      products.get((4 + j) * count + at, 0, second, 0, length);
      products.get((8 + j) * count + at, 0, third, 0, length);
      products.get((12 + j) * count + at, 0, lower[j], 0, length);
      reduce(upper[j], second, third, lower[j], length);
    }
    for (int line = 0; line < 2; line++) {
      int y = 2 * tileRow + line;
      if (y < output.height()) {
        float[][] sums = line == 0 ? upper : lower;
        reduce(sums[0], sums[1], sums[2], sums[3], length);
        float[] pixels = Scratch.floats(8, 2 * length);
        for (int tile = 0; tile < tilesAcross; tile++) {
          System.arraycopy(sums[0], tile * out, pixels, 2 * tile * out, out);
          System.arraycopy(sums[3], tile * out, pixels, (2 * tile + 1) * out, out);
        }
        finish(output, sample, y, ending, pixels);
      }
    }
  }

  /** Multiplies by the matrix {@code A^T} of the source; the results are in the outer two. */
  private static void reduce(float[] a, float[] b, float[] c, float[] d, int length) {
    for (int i = 0; i < length; i++) {
      a[i] = (a[i] + b[i]) + c[i];
    }
    for (int i = 0; i < length; i++) {
      d[i] = (b[i] - c[i]) - d[i];
    }
  }

  private void finish(FeatureMap output, int sample, int y, Ending ending, float[] pixels) {
    int width = output.width();
    FloatMatrix row = output.values().rows((sample * output.height() + y) * width, width);
    float[] other = Scratch.floats(9, width * out);
    if (ending.start() == Products.Start.ACCUMULATE) {
      Rows.get(row, other);
      VectorMath.add(pixels, other, width * out);
    }
    VectorMath.repeat(ending.bias(), out, width, other);
    if (ending.rectify()) {
      VectorMath.addAndRectify(pixels, other, width * out);
    } else {
      VectorMath.add(pixels, other, width * out);
    }
    Rows.put(row, pixels);
  }
}
