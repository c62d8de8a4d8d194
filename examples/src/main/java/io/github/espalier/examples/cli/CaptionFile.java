package io.github.espalier.examples.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.examples.generate.GeneratedImages;
import io.github.espalier.examples.generate.Prompt;
import io.github.espalier.examples.generate.PromptFile;
import io.github.espalier.metrics.coco.CaptionedImage;
import io.github.espalier.metrics.coco.CaptionedImages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Captions in a file: COCO's JSON, of which each image's first caption counts, a JSON object of
 * captions by the images' names, prompts (.jsonl) or text with one a line in the order of the
 * images, or a manifest.
 */
final class CaptionFile {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** The top of COCO's files of captions. */
  private static final Set<String> COCO_PARTS = Set.of("info", "images", "licenses", "annotations");

  private CaptionFile() {}

  /**
   * Returns captions by the images' names. The names given are those that lines of text are for.
   */
  static Map<String, String> read(Path file, List<String> images) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".jsonl")) {
      return GeneratedImages.isManifest(file)
          ? GeneratedImages.prompts(file.resolveSibling(""))
          : inOrder(file, PromptFile.read(file).stream().map(Prompt::text).toList(), images);
    }
    return name.endsWith(".json") ? ofJson(file) : ofLines(file, images);
  }

  /**
   * An object of captions has nothing but text. At the first other thing, which in COCO's files is
   * near the beginning, the file is COCO's or wrong.
   */
  private static Map<String, String> ofJson(Path file) throws IOException {
    Map<String, String> captions = new LinkedHashMap<>();
    try (InputStream stream = Files.newInputStream(file);
        JsonParser parser = JSON.createParser(stream)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw CheckpointFormatException.of(
            file, "expected an object of captions by the names of images, or COCO's captions");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String image = parser.currentName();
        JsonToken value = parser.nextToken();
        if (COCO_PARTS.contains(image) && value.isStructStart()) {
          return ofCoco(file);
        }
        if (value != JsonToken.VALUE_STRING) {
          throw CheckpointFormatException.of(
              file, "has for '" + image + "' no text but " + parser.getText());
        }
        captions.put(image, parser.getText());
      }
      if (parser.nextToken() != null) {
        throw CheckpointFormatException.of(file, "goes on after its end");
      }
    } catch (JsonProcessingException e) {
      throw CheckpointFormatException.of(
          file, "is no JSON that can be read: " + e.getOriginalMessage(), e);
    }
    return captions;
  }

  private static Map<String, String> ofCoco(Path file) throws IOException {
    Map<String, String> captions = new LinkedHashMap<>();
    for (CaptionedImage image : CaptionedImages.readFirstCaptions(file).images()) {
      captions.put(image.fileName(), image.caption());
    }
    return captions;
  }

  private static Map<String, String> ofLines(Path file, List<String> images) throws IOException {
    try {
      return inOrder(file, Files.readAllLines(file), images);
    } catch (CharacterCodingException e) {
      throw CheckpointFormatException.of(file, "is not UTF-8 text", e);
    }
  }

  private static Map<String, String> inOrder(Path file, List<String> lines, List<String> images) {
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
