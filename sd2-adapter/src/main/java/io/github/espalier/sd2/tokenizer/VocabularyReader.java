package io.github.espalier.sd2.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.json.JsonFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads tokens and merges, and checks that they fit each other. */
final class VocabularyReader {
  private static final String HEADING = "#version";

  private final Path file;
  private final @Nullable String[] tokens;
  private final Set<String> names = new HashSet<>();

  private VocabularyReader(Path file, int size) {
    this.file = file;
    tokens = new @Nullable String[size];
  }

  /**
   * Reads an object that gives each token its id.
   *
   * @param added further tokens, with ids that follow
   */
  static List<String> tokens(JsonFile json, JsonNode object, List<AddedToken> added) {
    if (!object.isObject() || object.isEmpty()) {
      throw json.wrong("vocabulary", object, "an object with an id for each token");
    }
    Set<String> further = new HashSet<>();
    added.forEach(token -> further.add(token.content()));
    object.fieldNames().forEachRemaining(further::remove);
    VocabularyReader reader = new VocabularyReader(json.file(), object.size() + further.size());
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      JsonNode id = entry.getValue();
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        throw json.wrong(quoted(entry.getKey()), id, "an integer");
      }
      reader.put(entry.getKey(), id.intValue());
    }
    for (AddedToken token : added) {
      if (further.remove(token.content())) {
        reader.put(token.content(), token.id());
      } else {
        reader.check(token);
      }
    }
    return reader.complete();
  }

  private void put(String token, int id) {
    if (id < 0 || id >= tokens.length) {
      throw wrong(token, "id " + id, "0 to " + (tokens.length - 1) + ", without gaps");
    }
    if (tokens[id] != null) {
      throw wrong(
          token, "id " + id, "an id of its own: it is that of " + quoted(tokens[id]) + " too");
    }
    tokens[id] = token;
    names.add(token);
  }

  private void check(AddedToken token) {
    boolean inRange = token.id() >= 0 && token.id() < tokens.length;
    if (!inRange || !token.content().equals(tokens[token.id()])) {
      throw wrong(token.content(), "another id", "id " + token.id() + ", as the settings say");
    }
  }

  private List<String> complete() {
    List<String> all = new ArrayList<>();
    for (int id = 0; id < tokens.length; id++) {
      @Nullable String token = tokens[id];
      if (token == null) {
        throw CheckpointFormatException.of(file, "no token has id " + id);
      }
      all.add(token);
    }
    return all;
  }

  private CheckpointFormatException wrong(String token, String found, String expected) {
    return CheckpointFormatException.of(
        file, quoted(token) + ": found " + found + ", expected " + expected);
  }

  /** Reads a file with two tokens a line. */
  static Vocabulary withMerges(List<String> tokens, Path file) throws IOException {
    Builder builder = new Builder(tokens, file);
    int number = 0;
    for (String line : decode(file).split("\n", -1)) {
      number++;
      String text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
      if (!text.isEmpty() && !text.startsWith(HEADING)) {
        builder.add("line " + number, text);
      }
    }
    return builder.build();
  }

  private static String decode(Path file) throws IOException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
          .toString();
    } catch (CharacterCodingException e) {
      throw CheckpointFormatException.of(file, "not UTF-8", e);
    }
  }

  /** Reads a list of merges, each a text with a space or a list of two texts. */
  static Vocabulary withMerges(List<String> tokens, JsonFile json, JsonNode list) {
    if (!list.isArray()) {
      throw json.wrong("model.merges", list, "a list");
    }
    Builder builder = new Builder(tokens, json.file());
    int index = 0;
    for (JsonNode each : list) {
      String entry = "model.merges[" + index++ + "]";
      if (each.isTextual()) {
        builder.add(entry, each.textValue());
      } else if (each.size() == 2 && each.path(0).isTextual() && each.path(1).isTextual()) {
        builder.add(entry, new Vocabulary.Merge(each.get(0).textValue(), each.get(1).textValue()));
      } else {
        throw json.wrong(entry, each, "two tokens");
      }
    }
    return builder.build();
  }

  private static String quoted(@Nullable String token) {
    return "\"" + token + "\"";
  }

  /** Gathers merges. */
  private static final class Builder {
    private final List<String> tokens;
    private final Set<String> known;
    private final Path file;
    private final List<Vocabulary.Merge> merges = new ArrayList<>();
    private final Set<Vocabulary.Merge> distinct = new HashSet<>();

    Builder(List<String> tokens, Path file) {
      this.tokens = tokens;
      this.known = new HashSet<>(tokens);
      this.file = file;
    }

    void add(String entry, String text) {
      int space = text.indexOf(' ');
      if (space <= 0 || space == text.length() - 1 || text.indexOf(' ', space + 1) >= 0) {
        throw wrong(entry, text, "two tokens with a space between them");
      }
      add(entry, new Vocabulary.Merge(text.substring(0, space), text.substring(space + 1)));
    }

    void add(String entry, Vocabulary.Merge merge) {
      String text = merge.left() + " " + merge.right();
      for (String token : List.of(merge.left(), merge.right(), merge.joined())) {
        if (!known.contains(token)) {
          throw wrong(entry, text, "tokens of the vocabulary, which has no " + quoted(token));
        }
      }
      if (!distinct.add(merge)) {
        throw wrong(entry, text, "each merge once");
      }
      merges.add(merge);
    }

    Vocabulary build() {
      return new Vocabulary(tokens, merges);
    }

    private CheckpointFormatException wrong(String entry, String found, String expected) {
      return CheckpointFormatException.of(
          file, entry + ": found " + quoted(found) + ", expected " + expected);
    }
  }
}
