package io.github.espalier.sd2.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.json.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the files of a tokenizer's folder. */
final class TokenizerFolder {
  private static final String SETTINGS = "tokenizer_config.json";
  private static final String SPECIAL = "special_tokens_map.json";
  private static final String ADDED = "added_tokens.json";
  private static final String WHOLE = "tokenizer.json";
  private static final String DECODER = "added_tokens_decoder";
  private static final String LENGTH = "model_max_length";

  /** Far beyond any text encoder, so that a damaged file does not fill the memory with padding. */
  private static final int LONGEST = 1 << 16;

  private final Path folder;
  private final JsonFile settings;
  private final JsonFile special;

  private TokenizerFolder(Path folder) throws IOException {
    this.folder = folder;
    settings = JsonFile.readIfPresent(folder.resolve(SETTINGS));
    special = JsonFile.readIfPresent(folder.resolve(SPECIAL));
  }

  static ClipTokenizer read(Path folder) throws IOException {
    return new TokenizerFolder(folder).read();
  }

  private ClipTokenizer read() throws IOException {
    Path file = folder.resolve(ClipVocabularyFiles.VOCABULARY);
    Path whole = folder.resolve(WHOLE);
    List<AddedToken> added = new ArrayList<>(decoder());
    Vocabulary vocabulary;
    if (Files.exists(file)) {
      added.addAll(legacyAdded());
      JsonFile json = JsonFile.read(file);
      List<String> tokens = VocabularyReader.tokens(json, json.root(), added);
      vocabulary = VocabularyReader.withMerges(tokens, folder.resolve(ClipVocabularyFiles.MERGES));
    } else if (Files.exists(whole)) {
      file = whole;
      JsonFile json = JsonFile.read(whole);
      requireBytePairs(json);
      added.addAll(listed(json));
      JsonNode model = json.root().path("model");
      List<String> tokens = VocabularyReader.tokens(json, model.path("vocab"), added);
      vocabulary = VocabularyReader.withMerges(tokens, json, model.path("merges"));
    } else {
      throw new NoSuchFileException(file.toString());
    }
    return tokenizer(file, vocabulary, added);
  }

  private ClipTokenizer tokenizer(Path file, Vocabulary vocabulary, List<AddedToken> added) {
    SpecialReader reader = new SpecialReader(file, vocabulary, added);
    AddedToken start = reader.token("bos_token", TokenizerSettings.START);
    AddedToken end = reader.token("eos_token", TokenizerSettings.END);
    AddedToken unknown = reader.token("unk_token", TokenizerSettings.END);
    AddedToken pad = reader.token("pad_token", TokenizerSettings.END);
    return new ClipTokenizer(
        vocabulary,
        new TokenizerSettings(maxLength(), start, end, unknown, pad, ImmutableList.copyOf(added)),
        TextCleaning.DIFFUSERS_FAST,
        BangPolicy.AS_PAD_TOKEN);
  }

  private int maxLength() {
    JsonNode length = settings.root().path(LENGTH);
    // Without a length, transformers writes a huge number.
    boolean unlimited = length.isNumber() && length.doubleValue() > Integer.MAX_VALUE;
    if (length.isMissingNode() || length.isNull() || unlimited) {
      return TokenizerSettings.USUAL_LENGTH;
    }
    boolean usable =
        length.isIntegralNumber()
            && length.intValue() >= TokenizerSettings.SHORTEST_LENGTH
            && length.intValue() <= LONGEST;
    if (!usable) {
      throw settings.wrong(LENGTH, length, "an integer from 2 to " + LONGEST);
    }
    return length.intValue();
  }

  private static void requireBytePairs(JsonFile json) {
    JsonNode model = json.root().path("model");
    JsonNode type = model.path("type");
    if (!type.asText().equals("BPE")) {
      throw json.wrong("model.type", type, "\"BPE\"");
    }
    JsonNode suffix = model.path("end_of_word_suffix");
    if (!suffix.asText().equals(Vocabulary.END_OF_WORD)) {
      throw json.wrong("model.end_of_word_suffix", suffix, "\"</w>\", as CLIP has it");
    }
  }

  private List<AddedToken> decoder() {
    List<AddedToken> tokens = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : settings.root().path(DECODER).properties()) {
      String place = DECODER + "." + entry.getKey();
      int id;
      try {
        id = Integer.parseInt(entry.getKey());
      } catch (NumberFormatException e) {
        throw settings.wrong(DECODER, "\"" + entry.getKey() + "\"", "ids as keys");
      }
      tokens.add(added(settings, place, entry.getValue(), id));
    }
    return tokens;
  }

  private List<AddedToken> legacyAdded() throws IOException {
    List<AddedToken> tokens = new ArrayList<>();
    JsonFile json = JsonFile.readIfPresent(folder.resolve(ADDED));
    for (Map.Entry<String, JsonNode> entry : json.root().properties()) {
      JsonNode id = entry.getValue();
      if (entry.getKey().isEmpty() || !id.isIntegralNumber() || !id.canConvertToInt()) {
        throw json.wrong("\"" + entry.getKey() + "\"", id, "a token with its id");
      }
      tokens.add(new AddedToken(entry.getKey(), id.intValue(), true));
    }
    return tokens;
  }

  private static List<AddedToken> listed(JsonFile json) {
    List<AddedToken> tokens = new ArrayList<>();
    int index = 0;
    for (JsonNode each : json.root().path("added_tokens")) {
      String place = "added_tokens[" + index++ + "]";
      JsonNode id = each.path("id");
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        throw json.wrong(place + ".id", id, "an integer");
      }
      tokens.add(added(json, place, each, id.intValue()));
    }
    return tokens;
  }

  private static AddedToken added(JsonFile json, String place, JsonNode node, int id) {
    JsonNode content = node.path("content");
    if (!content.isTextual() || content.textValue().isEmpty()) {
      throw json.wrong(place + ".content", content, "a token");
    }
    for (String flag : List.of("lstrip", "rstrip", "single_word")) {
      if (node.path(flag).asBoolean()) {
        throw json.wrong(place + "." + flag, "true", "false: anything else is not supported");
      }
    }
    return new AddedToken(content.textValue(), id, node.path("normalized").asBoolean());
  }

  /** Reads the tokens with a role. */
  private final class SpecialReader {
    private final Path file;
    private final Vocabulary vocabulary;
    private final List<AddedToken> added;

    SpecialReader(Path file, Vocabulary vocabulary, List<AddedToken> added) {
      this.file = file;
      this.vocabulary = vocabulary;
      this.added = added;
    }

    AddedToken token(String role, String missing) {
      boolean decided = settings.has(DECODER) || !special.has(role);
      JsonFile source = decided ? settings : special;
      JsonNode node = source.root().path(role);
      if (node.isObject()) {
        return known(role, added(source, role, node, -1));
      }
      if (!node.isMissingNode() && !node.isNull() && !node.isTextual()) {
        throw source.wrong(role, node, "a token");
      }
      return known(role, new AddedToken(node.asText(missing), -1, false));
    }

    private AddedToken known(String role, AddedToken token) {
      for (AddedToken each : added) {
        if (each.content().equals(token.content())) {
          return each;
        }
      }
      int id = vocabulary.id(token.content());
      if (id < 0) {
        throw CheckpointFormatException.of(
            file, role + ": found no token \"" + token.content() + "\", expected one");
      }
      return new AddedToken(token.content(), id, token.normalized());
    }
  }
}
