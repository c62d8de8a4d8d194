package io.github.espalier.sd2.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Names and shapes from reference implementations. */
final class Golden {
  private Golden() {}

  /**
   * The tensors of SD 2: {@code unet}, {@code vae}, {@code text_encoder} or {@code single_file}.
   */
  static Map<String, Shape> sd2(String part) {
    Map<String, Shape> tensors = new LinkedHashMap<>();
    json("sd2-tensor-shapes.json")
        .get(part)
        .properties()
        .forEach(
            entry -> {
              long[] extents = new long[entry.getValue().size()];
              for (int i = 0; i < extents.length; i++) {
                extents[i] = entry.getValue().get(i).longValue();
              }
              tensors.put(entry.getKey(), Shape.of(extents));
            });
    return tensors;
  }

  /** What {@code make_architecture_golden.py} wrote. */
  static JsonNode smallModels() {
    return json("architecture-golden.json");
  }

  /** The tensors of a component there, which are grouped by shape. */
  static Map<String, Shape> tensors(JsonNode component) {
    Map<String, Shape> tensors = new LinkedHashMap<>();
    component
        .get("tensors")
        .properties()
        .forEach(
            entry -> {
              Shape shape =
                  Shape.of(
                      Arrays.stream(entry.getKey().split(",", -1))
                          .mapToLong(Long::parseLong)
                          .toArray());
              entry.getValue().forEach(name -> tensors.put(name.textValue(), shape));
            });
    return tensors;
  }

  static Map<String, Shape> asMap(List<ArchitectureTensor> tensors) {
    Map<String, Shape> map = new LinkedHashMap<>();
    for (ArchitectureTensor tensor : tensors) {
      if (map.put(tensor.name(), tensor.shape()) != null) {
        throw new AssertionError(tensor.name() + " is listed twice");
      }
    }
    return map;
  }

  private static JsonNode json(String resource) {
    try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream(resource))) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
