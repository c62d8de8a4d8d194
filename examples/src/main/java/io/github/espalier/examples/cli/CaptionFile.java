package io.github.espalier.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.examples.generate.GeneratedImages;
import io.github.espalier.metrics.coco.CaptionedImage;
import io.github.espalier.metrics.coco.CaptionedImages;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Captions in a file: COCO's JSON, of which each image's first caption counts, a JSON object of
 * captions by the images' names, text with one a line in the order of the images, or a manifest.
 */
final class CaptionFile {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private CaptionFile() {}

  /**
   * Returns captions by the images' names. The names given are those that lines of text are for.
   */
  static Map<String, String> read(Path file, List<String> images) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".jsonl")) {
      return ofManifest(file);
    }
    if (!name.endsWith(".json")) {
      return ofLines(file, images);
    }
    JsonNode node;
    try {
      node = MAPPER.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw CheckpointFormatException.of(
          file, "is no JSON that can be read: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      // Jackson's own says less about files that are not there.
      Files.readAllBytes(file);
      throw e;
    }
    return node.path("annotations").isArray() ? ofCoco(file) : ofObject(file, node);
  }

  private static Map<String, String> ofManifest(Path file) throws IOException {
    if (!GeneratedImages.isManifest(file)) {
      throw CheckpointFormatException.of(
          file, "is no manifest of 'espalier generate', the only .jsonl that captions come from");
    }
    return GeneratedImages.prompts(file.resolveSibling(""));
  }

  private static Map<String, String> ofCoco(Path file) throws IOException {
    Map<String, String> captions = new LinkedHashMap<>();
    for (CaptionedImage image : CaptionedImages.readFirstCaptions(file).images()) {
      captions.put(image.fileName(), image.caption());
    }
    return captions;
  }

  private static Map<String, String> ofObject(Path file, JsonNode node) {
    if (!node.isObject()) {
      throw CheckpointFormatException.of(
          file, "expected an object of captions by the names of images, or COCO's captions");
    }
    Map<String, String> captions = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : node.properties()) {
      if (!each.getValue().isTextual()) {
        throw CheckpointFormatException.of(
            file, "has for '" + each.getKey() + "' no text but " + each.getValue());
      }
      captions.put(each.getKey(), each.getValue().asText());
    }
    return captions;
  }

  private static Map<String, String> ofLines(Path file, List<String> images) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw CheckpointFormatException.of(file, "is not UTF-8 text", e);
    }
    if (lines.size() != images.size()) {
      throw CheckpointFormatException.of(
          file,
          "has " + lines.size() + " lines, expected one for each of " + images.size() + " images");
    }
    Map<String, String> captions = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      captions.put(images.get(i), lines.get(i));
    }
    return captions;
  }
}
