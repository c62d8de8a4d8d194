package io.github.espalier.sd2.coco;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.espalier.core.model.CheckpointFormatException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads files of captions of COCO as a stream, since the published ones have up to 90 MB: a JSON
 * object with an array {@code annotations} of objects that have an {@code image_id} and a {@code
 * caption}, and an array {@code images} of objects that have an {@code id} and a {@code file_name}.
 * Source: T.-Y. Lin et al., <i>Microsoft COCO</i>, arXiv 1405.0312, and its format of data.
 */
public final class CocoReader {
  private static final JsonFactory JSON = new JsonFactory();

  private final Path file;
  private final CocoVisitor visitor;
  private boolean stopped;

  private CocoReader(Path file, CocoVisitor visitor) {
    this.file = file;
    this.visitor = visitor;
  }

  /**
   * Reads a file.
   *
   * @param file the file, in UTF-8
   * @param visitor takes what is in it
   * @throws CheckpointFormatException if the file is no such JSON; the message names the file, and
   *     the line or the element at fault
   * @throws IOException if the file cannot be read
   */
  public static void read(Path file, CocoVisitor visitor) throws IOException {
    new CocoReader(file, visitor).read();
  }

  private void read() throws IOException {
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(file));
        JsonParser parser = JSON.createParser(stream)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw wrong("is no JSON object, expected one with 'annotations'");
      }
      while (!stopped && parser.nextToken() == JsonToken.FIELD_NAME) {
        field(parser, parser.currentName());
      }
      if (!stopped && parser.nextToken() != null) {
        throw wrong("goes on after its end");
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
  }

  private void field(JsonParser parser, String name) throws IOException {
    JsonToken start = parser.nextToken();
    boolean captions = name.equals("annotations");
    if (!captions && !(name.equals("images") && visitor.wantsImages())) {
      parser.skipChildren();
      return;
    }
    if (start != JsonToken.START_ARRAY) {
      throw wrong("'" + name + "' is no array");
    }
    int index = 0;
    while (!stopped && parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw wrong(name + "[" + index + "] is no object");
      }
      if (captions) {
        annotation(parser, index);
      } else {
        image(parser, index);
      }
      index++;
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
    stopped = !visitor.annotation(index, image, caption);
  }

  private void image(JsonParser parser, int index) throws IOException {
    @Nullable String id = null;
    @Nullable String fileName = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("file_name") && value == JsonToken.VALUE_STRING) {
        fileName = parser.getText();
      } else if (name.equals("id") && value.isScalarValue()) {
        id = parser.getText();
      } else {
        parser.skipChildren();
      }
    }
    if (id == null || fileName == null) {
      throw wrong("images[" + index + "] has no " + (id == null ? "'id'" : "text as 'file_name'"));
    }
    visitor.image(id, fileName);
  }

  private CheckpointFormatException wrong(String problem) {
    return CheckpointFormatException.of(file, problem);
  }
}
