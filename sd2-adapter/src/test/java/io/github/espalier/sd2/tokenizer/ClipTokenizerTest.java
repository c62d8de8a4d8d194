package io.github.espalier.sd2.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClipTokenizerTest {
  private final ClipTokenizer tokenizer = ClipTokenizer.openAi();

  @Test
  void bundledVocabularyIsClips() {
    assertThat(tokenizer.vocabularySize()).isEqualTo(49_408);
    assertThat(tokenizer.startId()).isEqualTo(49_406);
    assertThat(tokenizer.endId()).isEqualTo(49_407);
    assertThat(tokenizer.padId()).isZero();
    assertThat(tokenizer.maxLength()).isEqualTo(77);
    assertThat(List.of(0, 1, 64, 256, 320, 512, 518))
        .extracting(tokenizer::token)
        .containsExactly("!", "\"", "a", "!</w>", "a</w>", "in", "the</w>");
  }

  /** The hash of lines 1 to 48,894 of the published file, by make_clip_vocabulary.py. */
  @Test
  void bundledMergesAreThePublishedOnes() throws NoSuchAlgorithmException {
    String file = new String(ClipVocabularyFiles.merges(), StandardCharsets.UTF_8);
    String merges = file.substring(file.indexOf('\n') + 1);
    assertThat(merges.lines()).hasSize(48_894);
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(merges.getBytes(StandardCharsets.UTF_8));
    assertThat(HexFormat.of().formatHex(hash))
        .isEqualTo("d308b7377a8ceaa9707a21614fe8c831b9196e197b7aeb69833359362907af02");
  }

  @Test
  void wrapsAndPads() {
    Tokens tokens = tokenizer.encode("a photo of a cat");

    assertThat(tokens.ids()).hasSize(77).startsWith(49406, 320, 1125, 539, 320, 2368, 49407, 0);
    assertThat(tokens.ids().subList(7, 77)).containsOnly(0);
    assertThat(tokens.length()).isEqualTo(7);
    assertThat(tokens.textIds()).containsExactly(320, 1125, 539, 320, 2368);
    assertThat(tokens.truncated()).isFalse();
    assertThat(tokens.removedText()).isEmpty();
  }

  @Test
  void anEmptyTextIsStartAndEnd() {
    Tokens tokens = tokenizer.encode("");
    assertThat(tokens.length()).isEqualTo(2);
    assertThat(tokens.ids()).hasSize(77).startsWith(49406, 49407, 0).endsWith(0);
    assertThat(tokenizer.encode(" \n\u3000 ")).isEqualTo(tokens);
  }

  @Test
  void padsWithTheCheckpointsToken() {
    ClipTokenizer sd1 = tokenizer.withPadToken("<|endoftext|>");
    assertThat(sd1.encode("cat!").ids()).startsWith(49406, 2368, 256, 49407, 49407).endsWith(49407);
    assertThatThrownBy(() -> tokenizer.withPadToken("[PAD]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"[PAD]\"");
  }

  @Test
  void exclamationMarksAreTextOnRequest() {
    assertThat(tokenizer.bpe("hello world!")).containsExactly(3306, 1002, 0);
    assertThat(tokenizer.withBang(BangPolicy.AS_TEXT).bpe("hello world!"))
        .containsExactly(3306, 1002, 256);
  }

  @Test
  void cutsLongTextsAndSaysWhat() {
    String text = "cat ".repeat(75) + "dog, horse";

    Tokens tokens = tokenizer.encode(text);

    assertThat(tokens.ids()).hasSize(77).startsWith(49406, 2368).endsWith(2368, 49407);
    assertThat(tokens.length()).isEqualTo(77);
    assertThat(tokens.truncated()).isTrue();
    assertThat(tokens.removed()).containsExactly(1929, 267, 4558);
    assertThat(tokens.removedText()).isEqualTo("dog , horse");
    assertThat(tokenizer.encode("cat ".repeat(75)).truncated()).isFalse();
  }

  @Test
  void theLengthIsAnOption() {
    assertThat(tokenizer.withMaxLength(2).encode("cat").ids()).containsExactly(49406, 49407);
    assertThat(tokenizer.withMaxLength(3).encode("cat").ids()).containsExactly(49406, 2368, 49407);
    assertThatThrownBy(() -> tokenizer.withMaxLength(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("length is 1");
  }

  /** Linear or nearly so: quadratic merging would take hours for the last two. */
  @ParameterizedTest
  @EnumSource(TextCleaning.class)
  void longTextsAreNoTrouble(TextCleaning cleaning) {
    ClipTokenizer one = tokenizer.withCleaning(cleaning);
    for (String text : List.of("word ".repeat(5_000), "ab".repeat(500_000), "!?".repeat(500_000))) {
      Assertions.assertTimeout(
          Duration.ofSeconds(60), () -> assertThat(one.encode(text).truncated()).isTrue());
    }
    assertThat(one.bpe("word ".repeat(5_000)))
        .isEqualTo(Collections.nCopies(5_000, one.bpe("word").get(0)));
  }

  @ParameterizedTest
  @EnumSource(TextCleaning.class)
  void loneSurrogatesAreReplacementCharacters(TextCleaning cleaning) {
    ClipTokenizer one = tokenizer.withCleaning(cleaning);
    List<Integer> expected = one.bpe("a\ufffdb\ufffd");
    assertThat(one.bpe("a\ud800b\udc00")).isEqualTo(expected);
    assertThat(one.bpe("a\udc00b\ud800")).isEqualTo(expected);
    assertThat(one.decode(expected)).isEqualTo("a \ufffd b \ufffd");
  }

  @Test
  void decodesWhatIsNoText() {
    assertThat(tokenizer.decode(List.of())).isEmpty();
    assertThat(tokenizer.decode(tokenizer.encode("cat").ids().subList(0, 4)))
        .isEqualTo("<|startoftext|>cat <|endoftext|>!");
    // The first of the three bytes of a character.
    assertThat(tokenizer.decode(List.of(158))).isEqualTo("\ufffd");
    for (int id : new int[] {-1, 49_408}) {
      assertThatThrownBy(() -> tokenizer.decode(List.of(id)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no token has id " + id);
    }
  }

  @Test
  void tokensCheckThemselves() {
    assertThatThrownBy(() -> new Tokens(List.of(1, 2), 3, List.of(), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("length is 3");
  }

  @Test
  void describesItself() {
    assertThat(tokenizer)
        .hasToString("ClipTokenizer(49408 tokens, length 77, pad 0, DIFFUSERS_FAST, AS_PAD_TOKEN)");
  }
}
