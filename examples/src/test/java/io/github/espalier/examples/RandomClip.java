package io.github.espalier.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A small CLIP model of random weights in OpenAI's layout. */
public final class RandomClip {
  /** Has names and shapes of the tensors. */
  private static final Path GOLDEN =
      Path.of("../metrics/src/test/resources/io/github/espalier/metrics/clip/clip-golden.json");

  private RandomClip() {}

  /** Writes the model to a folder. */
  public static Path write(Path folder, long seed) throws IOException {
    Random random = new Random(seed);
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    JsonNode models = new ObjectMapper().readTree(GOLDEN.toFile()).get("models");
    for (Map.Entry<String, JsonNode> each : models.get("openai").get("tensors").properties()) {
      List<Long> extents = new ArrayList<>();
      each.getValue().forEach(extent -> extents.add(extent.asLong()));
      Shape shape = Shape.of(extents);
      float[] values = new float[Math.toIntExact(shape.elements())];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (0.2 * random.nextGaussian());
      }
      tensors.put(each.getKey(), TensorData.ofFloats(shape, values));
    }
    Files.createDirectories(folder);
    Safetensors.write(folder.resolve("model.safetensors"), tensors, Map.of(), true);
    return folder;
  }
}
