package io.github.espalier.sd2.calibration;

import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.SaliencyMethod;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.LayerTap;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The small checkpoint with a tokenizer, and what tests do with it. */
final class Fixtures {
  static final Captions CAPTIONS =
      new Captions(
          List.of("a cat", "two dogs in the snow", "a red door", "", "the sea at night", "a cat"));

  private Fixtures() {}

  static Path folder() {
    URL url = Fixtures.class.getResource("/io/github/espalier/sd2/checkpoint/small-e2e");
    if (url == null) {
      throw new IllegalStateException("no test resource small-e2e");
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Sd2Checkpoint checkpoint() throws IOException {
    return Sd2Checkpoint.open(folder());
  }

  static Layer layer(Sd2Checkpoint checkpoint, String qualifiedName) {
    return checkpoint.layers().stream()
        .filter(layer -> layer.qualifiedName().equals(qualifiedName))
        .findFirst()
        .orElseThrow();
  }

  /** Copies the checkpoint and replaces the first number of a tensor. */
  static Path copyWith(Path target, String qualifiedName, String file, float value)
      throws IOException {
    try (Stream<Path> walk = Files.walk(folder())) {
      for (Path path : walk.toList()) {
        Path place = target.resolve(folder().relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(place);
        } else {
          Files.copy(path, place);
        }
      }
    }
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(target)) {
      Layer layer = layer(checkpoint, qualifiedName);
      long position = checkpoint.weights(layer).filePosition();
      byte[] bytes = Files.readAllBytes(target.resolve(file));
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      switch (layer.dtype()) {
        case F32 -> buffer.putFloat((int) position, value);
        case F16 -> buffer.putShort((int) position, (short) (Float.isNaN(value) ? 0x7e00 : 0));
        default -> throw new IllegalStateException("type " + layer.dtype());
      }
      Files.write(target.resolve(file), bytes);
    }
    return target;
  }

  /** Wanda's score, so that what is pruned depends on the statistics. */
  static final class Scored implements SaliencyMethod {
    @Override
    public String name() {
      return "scored";
    }

    @Override
    public StatisticsNeed needs() {
      return StatisticsNeed.MOMENTS;
    }

    @Override
    public INDArray saliency(LayerContext layer) throws IOException {
      double[] squares = layer.statistics(StatisticsNeed.MOMENTS).sumsOfSquares();
      INDArray weights = layer.weights();
      FloatMatrix matrix = FloatMatrix.of(weights);
      float[] row = new float[matrix.columns()];
      for (int i = 0; i < matrix.rows(); i++) {
        matrix.get(i, 0, row, 0, row.length);
        for (int j = 0; j < row.length; j++) {
          row[j] = (float) (Math.abs(row[j]) * Math.sqrt(squares[j]));
        }
        matrix.put(i, 0, row, 0, row.length);
      }
      return weights;
    }
  }

  /** Keeps the rows of all inputs, in binary64. */
  static final class Recorder implements LayerTap {
    private final Map<String, List<double[]>> rows = new HashMap<>();

    /** The inputs of a layer, which must have run. */
    List<double[]> of(String layer) {
      return Objects.requireNonNull(rows.get(layer), layer);
    }

    @Override
    public void input(String layer, FeatureMap input) {
      List<double[]> own = rows.computeIfAbsent(layer, any -> new ArrayList<>());
      float[] row = new float[input.channels()];
      for (int i = 0; i < input.values().rows(); i++) {
        input.values().get(i, 0, row, 0, row.length);
        double[] wide = new double[row.length];
        for (int j = 0; j < row.length; j++) {
          wide[j] = row[j];
        }
        own.add(wide);
      }
    }
  }
}
