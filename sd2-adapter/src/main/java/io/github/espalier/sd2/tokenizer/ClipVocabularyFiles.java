package io.github.espalier.sd2.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The files that hold CLIP's vocabulary in a diffusers folder, for checkpoints that come without.
 */
public final class ClipVocabularyFiles {
  /** The number of tokens: a text encoder with another number has another vocabulary. */
  public static final int SIZE = 49_408;

  /** The name of the file with the tokens. */
  public static final String VOCABULARY = "vocab.json";

  /** The name of the file with the merges. */
  public static final String MERGES = "merges.txt";

  private ClipVocabularyFiles() {}

  /**
   * Returns {@value #VOCABULARY}: an object with the id of each token, in order.
   *
   * @return the file's content, UTF-8
   */
  public static byte[] vocabulary() {
    List<String> tokens = ClipTokenizer.openAi().vocabulary().tokens();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      for (int id = 0; id < tokens.size(); id++) {
        json.writeNumberField(tokens.get(id), id);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Returns {@value #MERGES}: a heading, then two tokens a line.
   *
   * @return the file's content, UTF-8
   */
  public static byte[] merges() {
    StringBuilder text = new StringBuilder("#version: 0.2\n");
    for (Vocabulary.Merge merge : ClipTokenizer.openAi().vocabulary().merges()) {
      text.append(merge.left()).append(' ').append(merge.right()).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
