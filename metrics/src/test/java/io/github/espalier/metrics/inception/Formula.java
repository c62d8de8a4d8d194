package io.github.espalier.metrics.inception;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.metrics.resize.FloatImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;

/** The weights and images of {@code inception_formula.py}. */
final class Formula {
  private Formula() {}

  /** The lines of a file that {@code make_inception_golden.py} made, cut at tabs. */
  static List<String[]> lines(String file) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Formula.class.getResourceAsStream(file)),
                StandardCharsets.UTF_8))) {
      return reader.lines().map(line -> line.split("\t", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names and shapes of pytorch-fid's weight file. */
  static Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (String[] line : lines("tensors.tsv")) {
      long[] extents = Arrays.stream(line[1].split(" ")).mapToLong(Long::parseLong).toArray();
      shapes.put(line[0], Shape.of(extents));
    }
    return shapes;
  }

  /** All tensors, as F32. */
  static Map<String, TensorData> weights() {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    shapes().forEach((name, shape) -> tensors.put(name, f32(shape, weight(name, shape))));
    return tensors;
  }

  static TensorData f32(Shape shape, float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return TensorData.ofBytes(DType.F32, shape, bytes);
  }

  static float[] weight(String name, Shape shape) {
    double center = 0;
    double scale = 0.1;
    if (shape.rank() == 4) {
      double fanIn = (double) shape.elements() / shape.extent(0);
      scale = Math.sqrt(6 / fanIn);
    } else if (name.endsWith(".bn.weight") || name.endsWith(".running_var")) {
      center = 1;
      scale = 0.2;
    }
    float[] values = new float[(int) shape.elements()];
    int hash = hash(name);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (center + scale * noise(hash, i));
    }
    return values;
  }

  static FloatImage image(int number, int height, int width) {
    float[] values = new float[3 * height * width];
    int hash = hash("image " + number);
    for (int i = 0; i < values.length; i++) {
      int x = i % width;
      int y = i / width % height;
      int c = i / (width * height);
      double wave =
          Math.sin((0.05 + 0.03 * number) * x + c)
              * Math.cos((0.04 + 0.02 * number) * y - 0.5 * number);
      values[i] = (float) (0.7 * wave + 0.3 * noise(hash, i));
    }
    return new FloatImage(3, width, height, values);
  }

  private static int hash(String name) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue();
  }

  /** From -1 to 1. */
  private static double noise(int hash, int index) {
    return 2 * ((mix32(hash ^ mix32(index)) >>> 8) * 0x1p-24) - 1;
  }

  private static int mix32(int value) {
    int h = value;
    h = (h ^ (h >>> 16)) * 0x85ebca6b;
    h = (h ^ (h >>> 13)) * 0xc2b2ae35;
    return h ^ (h >>> 16);
  }
}
