package io.github.espalier.methods.calibrated;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * A layer of {@code make_layer_golden.py}: its weights and inputs follow from its name, by the
 * rules of {@code golden_cases.py}.
 */
public record GoldenLayer(JsonNode about) {
  private static final int RANK = 4;
  private static final int GRID = 256;
  private static final String TIES = "ties";

  /** All layers. */
  public static List<GoldenLayer> all() {
    return StreamSupport.stream(GoldenFile.LAYERS.about().get("cases").spliterator(), false)
        .map(GoldenLayer::new)
        .toList();
  }

  /** The name, the prefix of all its tensors. */
  public String name() {
    return about.get("name").textValue();
  }

  /** Extents of the weight: two of a Linear layer, four of a convolution. */
  public int[] shape() {
    return ints("shape");
  }

  /** Output features. */
  public int rows() {
    return shape()[0];
  }

  /** Columns of the weight as a matrix. */
  public int columns() {
    int columns = 1;
    for (int i = 1; i < shape().length; i++) {
      columns *= shape()[i];
    }
    return columns;
  }

  /** Sequences or images. */
  public int samples() {
    return about.get("samples").intValue();
  }

  /** A stride or padding; the same in both directions. */
  public int option(String name) {
    return about.get(name).intValue();
  }

  /** The results, see the script. */
  public List<JsonNode> results() {
    return StreamSupport.stream(about.get("results").spliterator(), false).toList();
  }

  /** The weights, {@code [rows, columns]}, in C order. */
  public float[] weights() {
    String name = name() + ".weight";
    if (!name().equals(TIES)) {
      int[] shape = shape();
      return Formula.weight(name, Arrays.stream(shape).asLongStream().toArray());
    }
    float[] values = Formula.values(name, (long) rows() * columns(), 0, 1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (Math.rint(16 * values[i]) / 16);
    }
    return values;
  }

  /**
   * What the layer is given: {@code [samples, tokens, features]} of a Linear layer, {@code
   * [samples, channels, height, width]} of a convolution, in C order.
   */
  public float[] input() {
    int channels = shape()[1];
    if (name().equals(TIES)) {
      float[] identity = new float[channels * channels];
      for (int i = 0; i < channels; i++) {
        identity[i * channels + i] = 4;
      }
      return identity;
    }
    int positions = 1;
    for (int extent : ints("size")) {
      positions *= extent;
    }
    // A convolution's channels lie apart from each other by a whole image, a Linear layer's by one.
    boolean image = shape().length == 4;
    double[] mix = grid(".a", RANK * channels);
    double[] shared = grid(".z", samples() * positions * RANK);
    double[] own = grid(".d", samples() * positions * channels);
    double[] scale = scale(channels);
    float[] values = new float[own.length];
    for (int i = 0; i < values.length; i++) {
      int channel = image ? i / positions % channels : i % channels;
      int sample = i / (positions * channels);
      int position = image ? i % positions : i / channels % positions;
      double sum = own[i] / 4;
      for (int k = 0; k < RANK; k++) {
        int at =
            image
                ? (sample * RANK + k) * positions + position
                : (sample * positions + position) * RANK + k;
        sum += shared[at] * mix[k * channels + channel];
      }
      values[i] = (float) (scale[channel] * sum);
    }
    return values;
  }

  /** The input unfolded to the columns of the weight, {@code [all tokens, columns]}, in C order. */
  public float[] unfolded() {
    float[] input = input();
    int[] shape = shape();
    if (shape.length == 2) {
      return input;
    }
    int[] size = ints("size");
    int stride = option("stride");
    int padding = option("padding");
    int down = (size[0] + 2 * padding - shape[2]) / stride + 1;
    int across = (size[1] + 2 * padding - shape[3]) / stride + 1;
    float[] rows = new float[samples() * down * across * columns()];
    for (int i = 0; i < rows.length; i++) {
      int column = i % columns();
      int token = i / columns();
      int channel = column / (shape[2] * shape[3]);
      int y = token / across % down * stride + column / shape[3] % shape[2] - padding;
      int x = token % across * stride + column % shape[3] - padding;
      int sample = token / (down * across);
      if (y >= 0 && y < size[0] && x >= 0 && x < size[1]) {
        rows[i] = input[((sample * shape[1] + channel) * size[0] + y) * size[1] + x];
      }
    }
    return rows;
  }

  /**
   * The Gram matrix of the unfolded input over all tokens; exact, whatever the order of summation.
   */
  public double[] gram() {
    float[] rows = unfolded();
    int columns = columns();
    double[] gram = new double[columns * columns];
    for (int at = 0; at < rows.length; at += columns) {
      for (int i = 0; i < columns; i++) {
        for (int j = 0; j < columns; j++) {
          gram[i * columns + j] += (double) rows[at + i] * rows[at + j];
        }
      }
    }
    return gram;
  }

  private double[] scale(int channels) {
    float[] exponents = Formula.values(name() + ".e", channels, 0, 1);
    Set<Integer> dead = new HashSet<>();
    about.get("dead").forEach(each -> dead.add(each.intValue()));
    double[] scale = new double[channels];
    for (int c = 0; c < channels; c++) {
      scale[c] = dead.contains(c) ? 0 : Math.scalb(1.0, (int) Math.floor(4 * exponents[c]));
    }
    return scale;
  }

  private double[] grid(String suffix, int elements) {
    float[] values = Formula.values(name() + suffix, elements, 0, 1);
    double[] grid = new double[elements];
    for (int i = 0; i < elements; i++) {
      grid[i] = Math.rint(GRID * values[i]) / GRID;
    }
    return grid;
  }

  private int[] ints(String field) {
    return StreamSupport.stream(about.get(field).spliterator(), false)
        .mapToInt(JsonNode::intValue)
        .toArray();
  }

  @Override
  public String toString() {
    return name();
  }
}
