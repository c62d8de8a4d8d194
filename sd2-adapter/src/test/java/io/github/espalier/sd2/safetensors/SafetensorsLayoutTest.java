package io.github.espalier.sd2.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsLayoutTest {
  private static TensorSpec f32(String name, long... extents) {
    return new TensorSpec(name, DType.F32, Shape.of(extents));
  }

  private static String text(SafetensorsLayout layout) {
    return new String(layout.header().rawBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void nothing() {
    SafetensorsLayout modern = SafetensorsLayout.modern(List.of(), Map.of());
    assertThat(text(modern)).isEqualTo("{}      ");
    assertThat(modern.fileSize()).isEqualTo(16);
    SafetensorsLayout legacy = SafetensorsLayout.legacy(List.of(), Map.of());
    assertThat(text(legacy)).isEqualTo("{}");
    assertThat(legacy.fileSize()).isEqualTo(10);
  }

  @Test
  void metadataOnly() {
    assertThat(text(SafetensorsLayout.modern(List.of(), Map.of("framework", "pt"))))
        .isEqualTo("{\"__metadata__\":{\"framework\":\"pt\"}}     ")
        .hasSize(40);
  }

  @Test
  void aHeaderThatNeedsNoPadding() {
    SafetensorsLayout layout = SafetensorsLayout.modern(List.of(f32("attn.0", 1, 2, 3)), Map.of());
    assertThat(text(layout))
        .isEqualTo("{\"attn.0\":{\"dtype\":\"F32\",\"shape\":[1,2,3],\"data_offsets\":[0,24]}}")
        .hasSize(64);
    assertThat(layout.fileSize()).isEqualTo(8 + 64 + 24);
    assertThat(layout.position("attn.0")).isEqualTo(72);
    assertThat(layout.length("attn.0")).isEqualTo(24);
  }

  @Test
  void aHeaderThatNeedsMostPadding() {
    SafetensorsLayout layout =
        SafetensorsLayout.modern(List.of(f32("attn0", 1, 1, 2, 3)), Map.of());
    assertThat(text(layout))
        .isEqualTo(
            "{\"attn0\":{\"dtype\":\"F32\",\"shape\":[1,1,2,3],\"data_offsets\":[0,24]}}       ")
        .hasSize(72);
  }

  @Test
  void theBytesInFront() {
    byte[] bytes = SafetensorsLayout.modern(List.of(), Map.of()).prefixAndHeader().array();
    assertThat(bytes).startsWith(8, 0, 0, 0, 0, 0, 0, 0, '{', '}', ' ').hasSize(16);
  }

  @Test
  void ordersOfTensors() {
    List<TensorSpec> specs =
        List.of(
            f32("b"),
            f32("a"),
            new TensorSpec("c", DType.I64, Shape.of(2)),
            new TensorSpec("d", DType.BF16, Shape.of()));
    assertThat(SafetensorsLayout.modern(specs, Map.of()).header().names())
        .containsExactly("c", "a", "b", "d");
    SafetensorsLayout legacy = SafetensorsLayout.legacy(specs, Map.of());
    assertThat(legacy.header().names()).containsExactly("a", "b", "c", "d");
    assertThat(legacy.position("c")).isEqualTo(legacy.header().dataOffset() + 8);
  }

  @Test
  void metadataIsSortedAndEscaped() {
    Map<String, String> metadata =
        Map.of("\uD83C\uDF33", "", "\uFFFF", "\u007f\u0001\b", "a", "\"/\\");
    assertThat(text(SafetensorsLayout.legacy(List.of(), metadata)))
        .isEqualTo(
            "{\"__metadata__\":{\"a\":\"\\\"/\\\\\",\"\uFFFF\":\"\u007f\\u0001\\b\","
                + "\"\uD83C\uDF33\":\"\"}}");
  }

  @Test
  void ownHeaderReadsBack() {
    SafetensorsLayout layout =
        SafetensorsLayout.modern(List.of(f32("b", 2), f32("a", 0, 3)), Map.of("k", "v", "j", "w"));
    byte[] file =
        Arrays.copyOf(layout.prefixAndHeader().array(), Math.toIntExact(layout.fileSize()));
    SafetensorsHeader header = TestFiles.accepted(file, VerdictMode.STRICT);
    assertThat(header.tensors()).isEqualTo(layout.header().tensors());
    assertThat(header.metadata()).isEqualTo(layout.header().metadata());
    assertThat(header.rawBytes()).isEqualTo(layout.header().rawBytes());
  }

  @Test
  void aPreservedHeaderIsKeptToTheByte() {
    String odd =
        " {\"b\":{\"shape\":[1],\"data_offsets\":[1,2],\"dtype\":\"U8\",\"x\":1} , "
            + "\"a\":[\"U8\",[1],[0,1]],\"__metadata__\":null}\n";
    SafetensorsHeader header = TestFiles.accepted(TestFiles.file(odd, 2), VerdictMode.REFERENCE);
    SafetensorsLayout layout = SafetensorsLayout.preserved(header);
    assertThat(text(layout)).isEqualTo(odd);
    assertThat(layout.fileSize()).isEqualTo(8 + odd.length() + 2);
    assertThat(layout.position("b")).isEqualTo(8 + odd.length() + 1);
  }

  @Test
  void rawBytesCannotBeChanged() {
    SafetensorsHeader header = SafetensorsLayout.modern(List.of(), Map.of()).header();
    header.rawBytes()[0] = 'x';
    assertThat(header.rawBytes()[0]).isEqualTo((byte) '{');
  }

  @ParameterizedTest
  @ValueSource(strings = {"__metadata__", "", "a\nb", "a\u0080"})
  void namesThatAreRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SafetensorsLayout.modern(List.of(f32(name)), Map.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SafetensorsLayout.legacy(List.of(f32(name)), Map.of()));
  }

  @Test
  void otherArgumentsThatAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SafetensorsLayout.modern(List.of(f32("a"), f32("a", 2)), Map.of()))
        .withMessage("two tensors are named a");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SafetensorsLayout.modern(List.of(), Map.of("k", "\ud800")))
        .withMessageContaining("lone surrogate");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SafetensorsLayout.modern(
                    List.of(f32("a", LongStream.generate(() -> 1).limit(65).toArray())), Map.of()))
        .withMessageContaining("64 dimensions");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SafetensorsLayout.modern(
                    IntStream.range(0, 16)
                        .mapToObj(i -> new TensorSpec("t" + i, DType.U8, Shape.of(1L << 59)))
                        .toList(),
                    Map.of()))
        .withMessageContaining("2^63-1");
  }

  @Test
  void headersOverAHundredMegabytesAreRefused() {
    String most =
        "x".repeat(SafetensorsHeader.MAX_LENGTH - "{\"__metadata__\":{\"\":\"\"}}".length());
    assertThat(SafetensorsLayout.legacy(List.of(), Map.of("", most)).header().dataOffset())
        .isEqualTo(8 + 100_000_000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SafetensorsLayout.legacy(List.of(), Map.of("", most + "x")))
        .withMessageContaining("100000000");
  }

  @Test
  void specsAndInfosCheckSizes() {
    assertThat(new TensorSpec("f", DType.F4, Shape.of(2, 3)).byteSize()).isEqualTo(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TensorSpec("f", DType.F4, Shape.of(3)))
        .withMessage("f: 3 elements of 4 bits do not make a whole number of bytes below 2^60");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TensorSpec("f", DType.F64, Shape.of(1L << 57)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TensorSpec("\udc00", DType.F32, Shape.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TensorInfo("f", DType.F32, Shape.of(2), 4, 8))
        .withMessage("f: bytes 4 to 8 where the tensor has 8 bytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SafetensorsLayout.modern(List.of(f32("conv")), Map.of()).length("con"))
        .withMessageContaining("nearest of its 1 names: conv");
  }
}
