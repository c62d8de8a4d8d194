package io.github.espalier.examples;

import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.image.PngFile;
import io.github.espalier.sd2.image.RgbImage;
import io.github.espalier.sd2.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Random weights for the FID network, and images for it. */
public final class RandomInception {
  /** Names and shapes of pytorch-fid's weight file. */
  private static final Path TENSORS =
      Path.of("../metrics/src/test/resources/io/github/espalier/metrics/inception/tensors.tsv");

  private RandomInception() {}

  /** Writes the weights. */
  public static void write(Path file) throws IOException {
    Random random = new Random(1);
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (String line : Files.readAllLines(TENSORS)) {
      String[] fields = line.split("\t", -1);
      long[] extents = Arrays.stream(fields[1].split(" ")).mapToLong(Long::parseLong).toArray();
      tensors.put(fields[0], tensor(fields[0], Shape.of(extents), random));
    }
    Safetensors.write(file, tensors, Map.of());
  }

  private static TensorData tensor(String name, Shape shape, Random random) {
    boolean positive = name.endsWith("bn.weight") || name.endsWith("running_var");
    double scale = shape.rank() == 4 ? Math.sqrt(2.0 * shape.extent(0) / shape.elements()) : 0.1;
    float[] values = new float[(int) shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = positive ? 1 : (float) (scale * random.nextGaussian());
    }
    return TensorData.ofFloats(shape, values);
  }

  /** Writes images of noise to a folder. */
  public static Path images(Path folder, int count, long seed) throws IOException {
    Files.createDirectories(folder);
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[3 * (20 + i) * 30];
      random.nextBytes(pixels);
      PngFile.write(folder.resolve(i + ".png"), new RgbImage(20 + i, 30, pixels), Map.of());
    }
    return folder;
  }
}
