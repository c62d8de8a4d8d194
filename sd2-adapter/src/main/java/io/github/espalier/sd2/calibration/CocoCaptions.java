package io.github.espalier.sd2.calibration;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.calibration.Captions.CocoChoice;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads captions from a file of COCO, as a stream: the published ones have up to 90 MB. */
final class CocoCaptions {
  private static final JsonFactory JSON = new JsonFactory();

  private final Path file;
  private final CocoChoice choice;
  private final int limit;
  private final List<String> captions = new ArrayList<>();
  private final Set<String> images = new HashSet<>();

  CocoCaptions(Path file, CocoChoice choice, int limit) {
    this.file = file;
    this.choice = choice;
    this.limit = limit;
  }

  List<String> read() throws IOException {
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(file));
        JsonParser parser = JSON.createParser(stream)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw wrong("is no JSON object, expected one with 'annotations'");
      }
      while (captions.size() < limit && parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals("annotations");
        JsonToken start = parser.nextToken();
        if (wanted && start == JsonToken.START_ARRAY) {
          annotations(parser);
        } else if (wanted) {
          throw wrong("'annotations' is no array");
        } else {
          parser.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      throw CheckpointFormatException.of(
          file,
          "is no JSON in UTF-8: line "
              + (e.getLocation() == null ? 0 : e.getLocation().getLineNr())
              + ": "
              + e.getOriginalMessage(),
          e);
    }
    if (captions.isEmpty()) {
      throw wrong("has no captions, expected 'annotations' with a 'caption' each");
    }
    return captions;
  }

  private void annotations(JsonParser parser) throws IOException {
    int index = 0;
    while (captions.size() < limit && parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw wrong("annotations[" + index + "] is no object");
      }
      annotation(parser, index++);
    }
  }

  private void annotation(JsonParser parser, int index) throws IOException {
    @Nullable String image = null;
    @Nullable String caption = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("caption") && value == JsonToken.VALUE_STRING) {
        caption = parser.getText();
      } else if (name.equals("image_id") && value.isScalarValue()) {
        image = parser.getText();
      } else {
        parser.skipChildren();
      }
    }
    if (caption == null) {
      throw wrong("annotations[" + index + "] has no text as 'caption'");
    }
    if (image == null && choice == CocoChoice.FIRST_OF_EACH_IMAGE) {
      throw wrong("annotations[" + index + "] has no 'image_id'");
    }
    String text = caption.strip();
    if (!text.isEmpty() && (choice == CocoChoice.ALL || images.add(String.valueOf(image)))) {
      captions.add(text);
    }
  }

  private CheckpointFormatException wrong(String problem) {
    return CheckpointFormatException.of(file, problem);
  }
}
