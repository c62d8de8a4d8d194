package io.github.espalier.metrics.clip;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.sd2.architecture.TextActivation;
import io.github.espalier.sd2.architecture.TextEncoderConfig;
import io.github.espalier.sd2.nn.Elementwise;
import io.github.espalier.sd2.safetensors.TensorStore;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Infers the sizes of a model of OpenAI's from the shapes of its tensors. */
final class OpenAiSizes {
  private static final int HEAD_WIDTH = 64;
  private static final double EPSILON = 1e-5;
  private static final int MOST_LAYERS = 1 << 10;

  private final Path file;
  private final TensorStore store;

  private OpenAiSizes(Path file, TensorStore store) {
    this.file = file;
    this.store = store;
  }

  static ClipConfig of(Path file, TensorStore store) {
    OpenAiSizes sizes = new OpenAiSizes(file, store);
    if (store.contains("visual.layer1.0.conv1.weight")) {
      throw CheckpointFormatException.of(
          file, "has an image tower of convolutions (a ResNet), expected a vision transformer");
    }
    try {
      return new ClipConfig(sizes.text(), sizes.vision(), OptionalInt.empty());
    } catch (IllegalArgumentException e) {
      throw CheckpointFormatException.of(file, String.valueOf(e.getMessage()), e);
    }
  }

  private TextEncoderConfig text() {
    Shape table = shape("token_embedding.weight", 2);
    int width = extent(table, 1);
    return new TextEncoderConfig(
        extent(table, 0),
        width,
        extent(shape("transformer.resblocks.0.mlp.c_fc.weight", 2), 0),
        layers("transformer.resblocks."),
        heads("token_embedding.weight", width),
        extent(shape("positional_embedding", 2), 0),
        TextActivation.QUICK_GELU,
        extent(shape("text_projection", 2), 1),
        EPSILON);
  }

  private ClipVisionConfig vision() {
    Shape patches = shape("visual.conv1.weight", 4);
    int width = extent(patches, 0);
    int patch = extent(patches, 2);
    String positions = "visual.positional_embedding";
    int rows = extent(shape(positions, 2), 0);
    int side = (int) Math.round(Math.sqrt(Math.max(0, rows - 1)));
    if (side < 1 || side * side != rows - 1) {
      throw wrong(positions, "has " + rows + " rows, expected a square and one");
    }
    return new ClipVisionConfig(
        Math.multiplyExact(side, patch),
        patch,
        width,
        extent(shape("visual.transformer.resblocks.0.mlp.c_fc.weight", 2), 0),
        layers("visual.transformer.resblocks."),
        heads("visual.conv1.weight", width),
        Elementwise.Activation.QUICK_GELU,
        EPSILON);
  }

  private int heads(String name, int width) {
    if (width % HEAD_WIDTH != 0) {
      throw wrong(
          name,
          "makes states of "
              + width
              + " columns, expected a multiple of "
              + HEAD_WIDTH
              + ": without a configuration heads are taken to be as wide as OpenAI's");
    }
    return width / HEAD_WIDTH;
  }

  private int layers(String prefix) {
    int count = 0;
    while (count <= MOST_LAYERS && store.contains(prefix + count + ".ln_1.weight")) {
      count++;
    }
    return count;
  }

  private Shape shape(String name, int rank) {
    if (!store.contains(name)) {
      throw wrong(name, "is missing, expected it in a CLIP model of OpenAI's");
    }
    Shape shape = store.spec(name).shape();
    if (shape.rank() != rank) {
      throw wrong(name, "has shape " + shape + ", expected " + rank + " extents");
    }
    return shape;
  }

  private static int extent(Shape shape, int dimension) {
    return (int) Math.min(Integer.MAX_VALUE, shape.extent(dimension));
  }

  private CheckpointFormatException wrong(String name, String problem) {
    return CheckpointFormatException.of(file, name, problem);
  }
}
