package io.github.espalier.sd2.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictModeTest {
  private static final String INFO = "{'dtype':'F32','shape':[1],'data_offsets':[0,4]}";

  private static byte[] file(String header) {
    return TestFiles.file(header.replace("$", INFO).replace('\'', '"'), 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'a':$,'a':$}                                         | a: two tensors have this name
          {'a':$,'\\u0061':$}                                   | a: two tensors have this name
          {'a':['F32',[1],[0,4]]}                               | a: the entry is an array
          {'a':{'dtype':{'F32':null},'shape':[1],'data_offsets':[0,4]}} | a: dtype is an object
          {'':$}                                                | empty name
          {'a\\nb':$}                                           | control characters: a\\u000ab
          {'a\u007f':$}                                         | control characters: a\\u007f
          {'__metadata__':{'k':'1','k':'2'},'a':$}              | key k occurs twice in __metadata__
          {'a':{'x':1,'x':2,'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | a: the field x occurs twice
          {'a':{'x':[{'y':1,'y':2}],'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | a: the key y occurs twice
          """)
  void strictRefuses(String header, String reason) {
    byte[] file = file(header);
    assertThat(TestFiles.accepted(file, VerdictMode.REFERENCE).tensors()).hasSize(1);
    assertThat(TestFiles.rejected(file, VerdictMode.STRICT)).contains(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " \t\r\n{'a':$}",
        "{'a':$} \t\r\n",
        "{'a':$,'__metadata__':null}",
        "{'a':$,'__metadata__':{}}",
        "{'a':{'x':[{'y':1},{'y':2}],'dtype':'F32','shape':[1],'data_offsets':[0,4]}}",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'U8','shape':[0],"
            + "'data_offsets':[0,0]}}",
        "{'été \uD83C\uDF33':$}",
      })
  void bothAccept(String header) {
    assertThat(TestFiles.accepted(file(header), VerdictMode.STRICT).tensors())
        .isEqualTo(TestFiles.accepted(file(header), VerdictMode.REFERENCE).tensors());
  }

  @Test
  void ofEqualNamesTheLastCountsButAllMustBeWellFormed() {
    byte[] file = file("{'a':{'dtype':'U8','shape':[9],'data_offsets':[7,8]},'a':$}");
    assertThat(TestFiles.accepted(file, VerdictMode.REFERENCE).tensor("a").dtype())
        .isEqualTo(DType.F32);
    assertThat(TestFiles.rejected(file("{'a':null,'a':$}"), VerdictMode.REFERENCE))
        .isEqualTo("a: the entry is null where an object is expected");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0,9223372036854775808",
        "0,9223372036854775808,9223372036854775808",
        "4611686018427387904,2,0",
        "18446744073709551615,0"
      })
  void inexpressibleShapesAreEmptyOrRefused(String shape) {
    byte[] file =
        TestFiles.file(
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[" + shape + "],\"data_offsets\":[0,0]}}", 0);
    assertThat(TestFiles.accepted(file, VerdictMode.REFERENCE).tensor("a").shape())
        .isEqualTo(Shape.of(0));
    assertThat(TestFiles.rejected(file, VerdictMode.STRICT)).contains("beyond 2^63-1");
  }

  @Test
  void strictLimitsDimensions() {
    String most = "1,".repeat(63) + "1";
    byte[] file = file("{'a':{'dtype':'F32','shape':[" + most + "],'data_offsets':[0,4]}}");
    assertThat(TestFiles.accepted(file, VerdictMode.STRICT).tensor("a").shape().rank())
        .isEqualTo(64);
    byte[] more = file("{'a':{'dtype':'F32','shape':[1," + most + "],'data_offsets':[0,4]}}");
    assertThat(TestFiles.accepted(more, VerdictMode.REFERENCE).tensor("a").shape().rank())
        .isEqualTo(65);
    assertThat(TestFiles.rejected(more, VerdictMode.STRICT)).contains("more than 64 dimensions");
  }

  @Test
  void strictLimitsTheHeader() {
    byte[] largest = new byte[8 << 20];
    Arrays.fill(largest, (byte) ' ');
    System.arraycopy("{}".getBytes(StandardCharsets.UTF_8), 0, largest, 0, 2);
    byte[] file = TestFiles.file(largest, new byte[0]);
    assertThat(TestFiles.accepted(file, VerdictMode.STRICT).dataOffset()).isEqualTo(8 + (8L << 20));
    byte[] larger = TestFiles.file(Arrays.copyOf(largest, largest.length + 1), new byte[0]);
    larger[larger.length - 1] = ' ';
    assertThat(TestFiles.accepted(larger, VerdictMode.REFERENCE).tensors()).isEmpty();
    assertThat(TestFiles.rejected(larger, VerdictMode.STRICT))
        .isEqualTo("the header length is 8388609, more than the 8388608 bytes allowed");
  }
}
