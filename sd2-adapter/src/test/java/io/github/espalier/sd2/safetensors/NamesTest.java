package io.github.espalier.sd2.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class NamesTest {
  @Property(seed = "11")
  void orderIsThatOfTheBytes(@ForAll String left, @ForAll String right) {
    Assume.that(Names.isUnicode(left) && Names.isUnicode(right));
    assertThat(Integer.signum(Names.BYTE_ORDER.compare(left, right)))
        .isEqualTo(
            Integer.signum(
                Arrays.compareUnsigned(
                    left.getBytes(StandardCharsets.UTF_8),
                    right.getBytes(StandardCharsets.UTF_8))));
  }

  @Property(seed = "12")
  void unicodeIsWhatSurvivesUtf8(@ForAll String text) {
    String back = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    assertThat(Names.isUnicode(text)).isEqualTo(back.equals(text));
  }

  @Test
  void aTreeComesAfterTheLastOfThePlane() {
    assertThat(Names.BYTE_ORDER.compare("\uFFFF", "\uD83C\uDF33")).isNegative();
    assertThat("\uFFFF".compareTo("\uD83C\uDF33")).isPositive();
  }

  @Test
  void unknownNamesSuggestTheNearest() {
    List<String> known =
        List.of(
            "conv_in.weight", "conv_in.bias", "conv_out.weight", "time_embedding.linear_1.bias");
    assertThat(Names.unknown("conv_in.weigth", "u.safetensors", known))
        .hasMessage(
            "u.safetensors has no tensor conv_in.weigth; nearest of its 4 names: conv_in.weight,"
                + " conv_in.bias, conv_out.weight");
  }

  @Test
  void unknownNamesOfAbsurdLengthSuggestNothing() {
    assertThat(Names.unknown("x".repeat(1_000_000), "f", List.of("a", "b")))
        .hasMessageEndingWith("; it has 2 tensors");
    assertThat(Names.unknown("a", "f", List.of()))
        .hasMessage("f has no tensor a; it has 0 tensors");
  }

  @Test
  void printableTextIsEscapedAndShortened() {
    assertThat(Printable.name("")).isEqualTo("\"\"");
    assertThat(Printable.name("été \uD83C\uDF33")).isEqualTo("été \uD83C\uDF33");
    assertThat(Printable.name("a\r\n\u2028\u202e\ud800\udb40\udc01b"))
        .isEqualTo("a\\u000d\\u000a\\u2028\\u202e\\ud800\\u{e0001}b");
    assertThat(Printable.name("a".repeat(60) + "b".repeat(61)))
        .isEqualTo("a".repeat(58) + "..." + "b".repeat(58));
  }
}
