package io.github.espalier.sd2.calibration;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads captions from a text file, one on each line. */
final class CaptionLines {
  /** Far beyond any caption, so that a file that is no text does not fill the memory. */
  private static final int LONGEST = 1 << 20;

  private final Path file;
  private final InputStream stream;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private int number;

  CaptionLines(Path file, InputStream stream) {
    this.file = file;
    this.stream = stream;
  }

  /** Reads on after the last caption wanted, so that a file is malformed whatever the limit. */
  List<String> read(int limit) throws IOException {
    List<String> captions = new ArrayList<>();
    while (nextLine()) {
      String caption = decode().strip();
      if (!caption.isEmpty() && captions.size() < limit) {
        captions.add(caption);
      }
    }
    if (captions.isEmpty()) {
      throw CheckpointFormatException.of(file, "has no captions, expected one on each line");
    }
    return captions;
  }

  /** Collects the bytes up to the line's end; false at the end of the file. */
  private boolean nextLine() throws IOException {
    line.reset();
    number++;
    while (true) {
      int next = stream.read();
      if (next < 0) {
        return line.size() > 0;
      }
      if (next == '\n') {
        return true;
      }
      if (line.size() == LONGEST) {
        throw CheckpointFormatException.of(
            file, "line " + number + " is longer than 1 MiB, which is no caption");
      }
      line.write(next);
    }
  }

  private String decode() {
    try {
      String text = decoder.decode(ByteBuffer.wrap(line.toByteArray())).toString();
      boolean marked = number == 1 && text.startsWith("\uFEFF");
      return marked ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw CheckpointFormatException.of(
          file, "line " + number + " is not UTF-8; save the file in that encoding", e);
    }
  }
}
