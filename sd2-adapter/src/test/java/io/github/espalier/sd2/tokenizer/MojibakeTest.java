package io.github.espalier.sd2.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MojibakeTest {
  /** The UTF-8 of a text, each byte as the character that it is in Windows-1252. */
  private static String damaged(String text) {
    StringBuilder damaged = new StringBuilder();
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      damaged.append(Windows1252.ofControl((char) Byte.toUnsignedInt(each)));
    }
    return damaged.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "caf\u00e9",
        "na\u00efve fa\u00e7ade",
        "M\u00fcnchen",
        "\u00d6sterreich",
        "d\u00e9j\u00e0 vu",
        "\u201cquoted\u201d text",
        "it\u2019s",
        "a \u2013 b",
        "wait\u2026",
        "\u20ac5",
        "50\u00b0",
        "\u00a9 2020",
        "w\u0142a\u015bnie",
        "\u043f\u0440\u0438\u0432\u0435\u0442",
        "\u65e5\u672c\u8a9e",
        "\ud83d\ude00",
        "\u2192 \u2713"
      })
  void undoesDamageOfBothKinds(String text) {
    assertThat(Mojibake.repair(damaged(text))).isEqualTo(text);
    String latin1 = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertThat(Mojibake.repair(latin1)).isEqualTo(text);
  }

  /** Texts whose letters, quotes and spaces are well-formed UTF-8 in Windows-1252. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00ab clich\u00e9\u00a0\u00bb",
        "c\u2019\u00e9tait\u2026 \u00e9\u2026\u00bb",
        "\u00bfPor qu\u00e9\u2026\u00bfQu\u00e9\u2026\u00a1Ol\u00e9!",
        "\u00abMA\u00c7\u00c3\u00bb",
        "AMANH\u00c3\u2122",
        "gro\u00df\u00bc Stra\u00df\u00a9",
        "CAF\u00c9\u2122 \u00c9\u00b0",
        "\u201cCAF\u00c9\u201d",
        "voil\u00e0\u00a0\u00bb"
      })
  void leavesOrdinaryTextsAlone(String text) {
    assertThat(Mojibake.repair(text)).isEqualTo(text);
  }

  @Test
  void repairsPartsOfALine() {
    assertThat(Mojibake.repair("\u00e9t\u00e9 \u00e2\u20ac\u0153x\u00e2\u20ac\u009d \u00df"))
        .isEqualTo("\u00e9t\u00e9 \u201cx\u201d \u00df");
  }

  @Test
  void leavesMalformedSequencesAlone() {
    for (String text :
        new String[] {
          "\u00c0\u20ac",
          "\u00e0\u20ac\u20ac",
          "\u00ed\u00a0\u20ac",
          "\u00f0\u20ac\u20ac\u20ac",
          "\u00f4\u0090\u20ac\u20ac",
          "\u00e2\u20ac",
          "\u00f8\u20ac"
        }) {
      assertThat(Mojibake.repair(text)).isEqualTo(text);
    }
  }
}
