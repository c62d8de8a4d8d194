package io.github.espalier.sd2.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerFolderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @BeforeEach
  void copySmall() throws IOException {
    for (String name :
        List.of("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json")) {
      Files.copy(GoldenTokens.small("small-f32").resolve(name), folder.resolve(name));
    }
  }

  /** Ids by transformers 5.24.0. */
  @Test
  void readsSmallCheckpoints() throws IOException {
    ClipTokenizer sd2 = ClipTokenizer.read(GoldenTokens.small("small-f32"));
    assertThat(sd2.vocabularySize()).isEqualTo(574);
    assertThat(sd2.padId()).isZero();
    assertThat(sd2.encode("A photo of a cat!").ids())
        .hasSize(77)
        .startsWith(572, 320, 525, 515, 320, 519, 0, 573, 0)
        .endsWith(0);

    ClipTokenizer sd1 = ClipTokenizer.read(GoldenTokens.small("small-sd15"));
    assertThat(sd1.padId()).isEqualTo(573);
    assertThat(sd1.bpe("cat!")).containsExactly(519, 256);
  }

  @Test
  void whatTransformersFiveWritesIsReadToo() throws IOException {
    ClipTokenizer expected = ClipTokenizer.read(folder);
    ObjectNode model = JSON.createObjectNode().put("type", "BPE").put("end_of_word_suffix", "</w>");
    model.set("vocab", JSON.readTree(folder.resolve("vocab.json").toFile()));
    for (String line : Files.readAllLines(folder.resolve("merges.txt")).subList(1, 61)) {
      model.withArray("merges").addArray().add(line.split(" ", -1)[0]).add(line.split(" ", -1)[1]);
    }
    ObjectNode whole = JSON.createObjectNode();
    whole.set("model", model);
    whole.withArray("added_tokens").addObject().put("id", 0).put("content", "!");
    whole.withArray("added_tokens").addObject().put("id", 574).put("content", "<toy>");
    JSON.writeValue(folder.resolve("tokenizer.json").toFile(), whole);
    JSON.writeValue(
        folder.resolve("tokenizer_config.json").toFile(),
        JSON.createObjectNode().put("pad_token", "!").put("model_max_length", 20));
    for (String name : List.of("vocab.json", "merges.txt", "special_tokens_map.json")) {
      Files.delete(folder.resolve(name));
    }

    ClipTokenizer tokenizer = ClipTokenizer.read(folder);

    assertThat(tokenizer.maxLength()).isEqualTo(20);
    assertThat(tokenizer.padId()).isZero();
    assertThat(tokenizer.bpe("riding a horse!")).isEqualTo(expected.bpe("riding a horse!"));
    assertThat(tokenizer.bpe("a<toy>")).endsWith(574);
    assertThat(tokenizer.decode(List.of(574))).isEqualTo("<toy>");
  }

  @Test
  void specialTokensMapWinsUnlessThereIsADecoder() throws IOException {
    assertThat(ClipTokenizer.read(folder).padId()).isZero();

    Path file = folder.resolve("tokenizer_config.json");
    ObjectNode settings = (ObjectNode) JSON.readTree(file.toFile());
    settings.putObject("added_tokens_decoder").putObject("573").put("content", "<|endoftext|>");
    JSON.writeValue(file.toFile(), settings);
    assertThat(ClipTokenizer.read(folder).padId()).isEqualTo(573);
  }

  @Test
  void withoutSettingsTheyAreClips() throws IOException {
    Files.delete(folder.resolve("tokenizer_config.json"));
    Files.delete(folder.resolve("special_tokens_map.json"));
    ClipTokenizer tokenizer = ClipTokenizer.read(folder);
    assertThat(tokenizer.maxLength()).isEqualTo(77);
    assertThat(tokenizer.startId()).isEqualTo(572);
    assertThat(tokenizer.padId()).isEqualTo(573);
  }

  @Test
  void addedTokensFollowTheVocabulary() throws IOException {
    Files.writeString(folder.resolve("added_tokens.json"), "{\"<cat-toy>\": 574}");
    ClipTokenizer tokenizer = ClipTokenizer.read(folder);
    assertThat(tokenizer.vocabularySize()).isEqualTo(575);
    assertThat(tokenizer.bpe("a <CAT-toy>")).endsWith(574);

    Files.writeString(folder.resolve("added_tokens.json"), "{\"<cat-toy>\": 600}");
    assertFails("\"<cat-toy>\": found id 600, expected 0 to 574, without gaps");
    Files.writeString(folder.resolve("added_tokens.json"), "{\"a</w>\": 7}");
    assertFails("\"a</w>\": found another id, expected id 7, as the settings say");
  }

  @Test
  void anUnlimitedLengthIsTheUsualOne() throws IOException {
    replace("tokenizer_config.json", "77", "1000000000000000019884624838656");
    assertThat(ClipTokenizer.read(folder).maxLength()).isEqualTo(77);
  }

  @Test
  void unknownBytesAreTheUnknownToken() throws IOException {
    Files.writeString(
        folder.resolve("vocab.json"),
        "{\"!\":0,\"a\":1,\"a</w>\":2,\"<|startoftext|>\":3,\"<|endoftext|>\":4}");
    Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\r\n\r\n");
    assertThat(ClipTokenizer.read(folder).bpe("aab a!")).containsExactly(1, 1, 4, 2, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "vocab.json~,\"#\"~,,\"#\"~not JSON",
        "vocab.json~\"!\":0~\"!\":1~\"\"\": found id 1, expected an id of its own: it is that of \"!\"",
        "vocab.json~\"!\":0~\"!\":900~\"!\": found id 900, expected 0 to 573, without gaps",
        "vocab.json~\"!\":0~\"!\":-1~\"!\": found id -1",
        "vocab.json~\"!\":0~\"!\":\"0\"~\"!\": found \"0\", expected an integer",
        "vocab.json~\"!\":0~\"!\":0.5~\"!\": found 0.5, expected an integer",
        "vocab.json~\"#\":2~\"!\":2~Duplicate",
        "vocab.json~<|startoftext|>~<|start|>~bos_token: found no token \"<|startoftext|>\"",
        "merges.txt~a n</w>~a n</w> b~line 2: found \"a n</w> b\", expected two tokens",
        "merges.txt~a n</w>~an</w>~line 2: found \"an</w>\", expected two tokens",
        "merges.txt~t h~q z~line 3: found \"q z\", expected tokens of the vocabulary, which has no \"qz\"",
        "merges.txt~t h~a n</w>~line 3: found \"a n</w>\", expected each merge once",
        "tokenizer_config.json~77~1~model_max_length: found 1, expected an integer from 2 to 65536",
        "tokenizer_config.json~77~2000000000~model_max_length: found 2000000000",
        "tokenizer_config.json~77~\"77\"~model_max_length: found \"77\"",
        "special_tokens_map.json~\"!\"~7~pad_token: found 7, expected a token",
        "special_tokens_map.json~\"!\"~\"[PAD]\"~pad_token: found no token \"[PAD]\"",
        "special_tokens_map.json~\"lstrip\": false~\"lstrip\": true~bos_token.lstrip: found true",
      })
  void malformedFilesAreNamed(String file, String found, String replacement, String problem)
      throws IOException {
    replace(file, found, replacement);
    assertFails(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vocab.json", "tokenizer_config.json", "special_tokens_map.json"})
  void objectsAreExpected(String name) throws IOException {
    Files.writeString(folder.resolve(name), "[1]");
    assertThatThrownBy(() -> ClipTokenizer.read(folder))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining(folder.resolve(name) + ": found [1], expected an object");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    Files.delete(folder.resolve("merges.txt"));
    assertThatThrownBy(() -> ClipTokenizer.read(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("merges.txt");
    Files.delete(folder.resolve("vocab.json"));
    assertThatThrownBy(() -> ClipTokenizer.read(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("vocab.json");
  }

  @Test
  void mergesAreUtf8() throws IOException {
    Files.write(folder.resolve("merges.txt"), new byte[] {(byte) 0xFF, '\n'});
    assertFails("not UTF-8");
  }

  @Test
  void ourOwnFilesReadBack() throws IOException {
    Files.write(folder.resolve(ClipVocabularyFiles.VOCABULARY), ClipVocabularyFiles.vocabulary());
    Files.write(folder.resolve(ClipVocabularyFiles.MERGES), ClipVocabularyFiles.merges());
    ClipTokenizer tokenizer = ClipTokenizer.read(folder);
    assertThat(tokenizer.vocabulary().tokens())
        .isEqualTo(ClipTokenizer.openAi().vocabulary().tokens())
        .hasSize(ClipVocabularyFiles.SIZE);
    assertThat(tokenizer.vocabulary().merges())
        .isEqualTo(ClipTokenizer.openAi().vocabulary().merges());
    assertThat(tokenizer).hasToString(ClipTokenizer.openAi().toString());
  }

  private void replace(String name, String found, String replacement) throws IOException {
    String text = Files.readString(folder.resolve(name));
    assertThat(text).contains(found);
    int at = text.indexOf(found);
    Files.writeString(
        folder.resolve(name),
        text.substring(0, at) + replacement + text.substring(at + found.length()));
  }

  private void assertFails(String problem) {
    assertThatThrownBy(() -> ClipTokenizer.read(folder))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContaining(problem);
  }
}
