package io.github.espalier.sd2.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Headers that are made to exhaust memory, stack or time. */
class HostileHeaderTest {
  @ParameterizedTest
  @EnumSource
  void deepNestingIsRefusedWithoutRecursion(VerdictMode mode) {
    for (String open : List.of("[", "{\"a\":")) {
      byte[] file = TestFiles.file("{\"t\":{\"x\":" + open.repeat(1_000_000), 0);
      assertThat(TestFiles.rejected(file, mode))
          .isEqualTo("t: the header nests objects and arrays more than 127 deep");
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsAllocatedForALengthThatTheFileLacks(VerdictMode mode) {
    byte[] file = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(8 << 20).array();
    assertThat(TestFiles.rejected(file, mode)).contains("only 8 bytes follow");
  }

  @Test
  void longNamesNumbersAndStringsAreNoVerdict() {
    String info = "\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]";
    String digits = "0.".concat("7".repeat(300_000));
    byte[] file =
        TestFiles.file(
            "{\""
                + "n".repeat(300_000)
                + "\":{"
                + info
                + ",\"x\":"
                + digits
                + ",\"y\":\""
                + "s".repeat(3_000_000)
                + "\"}}",
            0);
    for (VerdictMode mode : VerdictMode.values()) {
      assertThat(TestFiles.accepted(file, mode).tensors()).hasSize(1);
    }
  }

  @Test
  void manyNamesOfEqualHashAreNoVerdict() {
    // "Aa" and "BB" have equal hashes, so all words over these two syllables have.
    int bits = 12;
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 1 << bits; i++) {
      header.append(i == 0 ? "\"" : ",\"");
      for (int bit = 0; bit < bits; bit++) {
        header.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      header.append("\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    byte[] file = TestFiles.file(header.append('}').toString(), 0);
    assertThat(TestFiles.accepted(file, VerdictMode.STRICT).tensors()).hasSize(1 << bits);
  }

  @Test
  void aliasedTensorsAreRefused() {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 100_000; i++) {
      header
          .append(i == 0 ? "\"" : ",\"")
          .append(i)
          .append("\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}");
    }
    byte[] file = TestFiles.file(header.append('}').toString(), 4);
    assertThat(TestFiles.rejected(file, VerdictMode.STRICT)).contains("must lie end to end");
  }

  @Test
  void aHugeShapeTakesMemoryInProportion() {
    String shape = "1,".repeat(2_000_000) + "1";
    byte[] file =
        TestFiles.file(
            "{\"t\":{\"dtype\":\"U8\",\"shape\":[" + shape + "],\"data_offsets\":[0,1]}}", 1);
    assertThat(TestFiles.accepted(file, VerdictMode.REFERENCE).tensor("t").shape().rank())
        .isEqualTo(2_000_001);
    byte[] wrong = file.clone();
    assertThat(TestFiles.rejected(Arrays.copyOf(wrong, wrong.length + 1), VerdictMode.REFERENCE))
        .contains("bytes that belong to no tensor");
  }

  @Test
  void aHeaderOfZerosIsRefused(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("zeros.safetensors");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(prefix.putLong(8 << 20).flip(), 0);
      channel.write(ByteBuffer.allocate(1), 8L + (8 << 20));
    }
    assertThat(Safetensors.verify(file, VerdictMode.STRICT))
        .isInstanceOfSatisfying(
            Verdict.Rejected.class, verdict -> assertThat(verdict.reason()).contains("JSON"));
  }

  @Test
  void namesInMessagesAreEscapedAndShortened() {
    byte[] file = TestFiles.file("{\"a\\n\\u001b[31m\u202e" + "x".repeat(9_000) + "end\":null}", 0);
    assertThat(TestFiles.rejected(file, VerdictMode.REFERENCE))
        .startsWith("a\\u000a\\u001b[31m\\u202exx")
        .endsWith("xxend: the entry is null where an object is expected")
        .hasSizeLessThan(250);
  }
}
