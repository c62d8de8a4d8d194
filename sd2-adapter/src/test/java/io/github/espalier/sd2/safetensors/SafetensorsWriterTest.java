package io.github.espalier.sd2.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsWriterTest {
  private static final SafetensorsLayout LAYOUT =
      SafetensorsLayout.modern(
          List.of(
              new TensorSpec("bias", DType.F32, Shape.of(4)),
              new TensorSpec("none", DType.F32, Shape.of(0)),
              new TensorSpec("weight", DType.U8, Shape.of(100, 100))),
          Map.of());

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void nameFile() {
    path = directory.resolve("new.safetensors");
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.wrap(TestFiles.pattern("x", count));
  }

  @Test
  void hasFullSizeAndHeaderFromTheStart() throws Exception {
    try (SafetensorsWriter writer = SafetensorsWriter.open(path, LAYOUT)) {
      assertThat(writer.layout()).isSameAs(LAYOUT);
      assertThat(Files.size(path)).isEqualTo(LAYOUT.fileSize());
      assertThat(Safetensors.verify(path, VerdictMode.STRICT).isAccepted()).isTrue();
    }
  }

  /** Whatever a file held before, it ends with the bytes of a new one. */
  @ParameterizedTest
  @ValueSource(strings = {"nothing", "a short file", "a long file", "zeros", "half", "all"})
  void goesOnWithAnyFile(String left) throws Exception {
    writeAll(SafetensorsWriter.open(path, LAYOUT));
    byte[] expected = Files.readAllBytes(path);
    byte[] half = expected.clone();
    Arrays.fill(half, half.length / 2, half.length, (byte) 7);
    switch (left) {
      case "nothing" -> Files.delete(path);
      case "a short file" -> Files.write(path, new byte[3]);
      case "a long file" -> Files.write(path, new byte[expected.length + 1]);
      case "zeros" -> Files.write(path, new byte[expected.length]);
      case "half" -> Files.write(path, half);
      default -> assertThat(left).isEqualTo("all");
    }

    writeAll(SafetensorsWriter.resume(path, LAYOUT));

    assertThat(path).hasBinaryContent(expected);
  }

  @Test
  void whatIsRightAlreadyIsNotWrittenAgain() throws Exception {
    writeAll(SafetensorsWriter.open(path, LAYOUT));
    FileTime before = FileTime.fromMillis(0);
    Files.setLastModifiedTime(path, before);

    writeAll(SafetensorsWriter.resume(path, LAYOUT));

    assertThat(Files.getLastModifiedTime(path)).isEqualTo(before);
  }

  @Test
  void aLinkIsReplacedAndNotFollowed() throws Exception {
    Path other = Files.writeString(directory.resolve("other"), "of somebody else");
    Files.createSymbolicLink(path, other);

    writeAll(SafetensorsWriter.resume(path, LAYOUT));

    assertThat(other).hasContent("of somebody else");
    assertThat(Files.isSymbolicLink(path)).isFalse();
    assertThat(Files.size(path)).isEqualTo(LAYOUT.fileSize());
  }

  @Test
  void goingOnStillAsksForEveryByte() throws Exception {
    writeAll(SafetensorsWriter.open(path, LAYOUT));
    try (SafetensorsWriter writer = SafetensorsWriter.resume(path, LAYOUT)) {
      writer.write("bias", 0, bytes(16));
      assertThatIllegalStateException().isThrownBy(writer::finish).withMessageContaining("weight");
    }
  }

  private static void writeAll(SafetensorsWriter opened) throws IOException {
    try (SafetensorsWriter writer = opened) {
      writer.write("bias", 0, bytes(16));
      for (int at = 0; at < 10_000; at += 100) {
        writer.write("weight", at, ByteBuffer.wrap(TestFiles.pattern("weight", 10_000), at, 100));
      }
      writer.finish();
    }
  }

  @Test
  void piecesInAnyOrderByManyThreads() throws Exception {
    byte[] weight = TestFiles.pattern("weight", 10_000);
    try (SafetensorsWriter writer = SafetensorsWriter.open(path, LAYOUT)) {
      IntStream.range(0, 100)
          .parallel()
          .map(i -> (i * 37 % 100) * 100)
          .forEach(at -> write(writer, at, ByteBuffer.wrap(weight, at, 100)));
      ByteBuffer bias = bytes(16);
      writer.write("bias", 0, bias);
      assertThat(bias.hasRemaining()).isFalse();
      writer.finish();
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(TestFiles.bytes(file.tensor("weight"))).isEqualTo(weight);
      assertThat(TestFiles.bytes(file.tensor("bias"))).isEqualTo(bytes(16).array());
    }
  }

  private static void write(SafetensorsWriter writer, int at, ByteBuffer piece) {
    try {
      writer.write("weight", at, piece);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void missingBytesAreNoticed() throws Exception {
    try (SafetensorsWriter writer = SafetensorsWriter.open(path, LAYOUT)) {
      assertThatIllegalStateException()
          .isThrownBy(writer::finish)
          .withMessage(path + " bias: only 0 of 16 bytes have been written");
      writer.write("bias", 0, bytes(16));
      writer.write("weight", 0, bytes(4_000));
      writer.write("weight", 4_001, bytes(5_999));
      assertThatIllegalStateException()
          .isThrownBy(writer::finish)
          .withMessage(path + " weight: only 9999 of 10000 bytes have been written");
      writer.write("weight", 4_000, bytes(1));
      writer.finish();
    }
  }

  @Test
  void bytesCannotBeWrittenTwice() throws Exception {
    try (SafetensorsWriter writer = SafetensorsWriter.open(path, LAYOUT)) {
      writer.write("bias", 4, bytes(8));
      assertThatIllegalStateException()
          .isThrownBy(() -> writer.write("bias", 11, bytes(2)))
          .withMessage(path + " bias: some of bytes 11 to 13 were written before");
      writer.write("bias", 12, bytes(4));
      writer.write("bias", 0, bytes(4));
      writer.write("bias", 5, bytes(0));
    }
  }

  @Test
  void piecesBeyondATensorAreRefused() throws Exception {
    try (SafetensorsWriter writer = SafetensorsWriter.open(path, LAYOUT)) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> writer.write("bias", 15, bytes(2)));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> writer.write("none", 0, bytes(1)));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> writer.write("wieght", 0, bytes(1)))
          .withMessageContaining("weight");
    }
  }

  @Test
  void wholeTensorsMustFit() throws Exception {
    try (SafetensorsWriter writer = SafetensorsWriter.open(path, LAYOUT)) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  writer.writeAll(
                      "bias", TestFiles.tensor(DType.F32, Shape.of(2, 2), new byte[16])))
          .withMessage(path + " bias: data of F32 [2, 2] for a tensor of F32 [4]");
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  writer.writeAll("bias", TestFiles.tensor(DType.I32, Shape.of(4), new byte[16])));
    }
  }

  @Test
  void aFailedWriteMayBeRepeated() throws Exception {
    SafetensorsWriter writer = SafetensorsWriter.open(path, LAYOUT);
    writer.close();
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(ClosedChannelException.class)
          .isThrownBy(() -> writer.write("bias", 0, bytes(16)));
    }
    // Incomplete, and left to whoever staged it.
    assertThat(path).exists();
  }

  @Test
  void existingFilesAreRefused() throws Exception {
    Files.writeString(path, "mine");
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> SafetensorsWriter.open(path, LAYOUT));
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> Safetensors.write(path, Map.of(), Map.of()));
    assertThat(path).hasContent("mine");
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> SafetensorsWriter.open(directory.resolve("no/where"), LAYOUT));
  }

  @Test
  void theShortWayWritesLargeTensorsInPieces() throws Exception {
    byte[] data = TestFiles.pattern("w", (5 << 19) + 1);
    TensorData tensor = TestFiles.tensor(DType.U8, Shape.of(data.length), data);
    Safetensors.write(path, Map.of("w", tensor), Map.of("format", "pt"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(TestFiles.bytes(file.tensor("w"))).isEqualTo(data);
    }
    assertOnlyFile();
  }

  @Test
  void theShortWayLeavesNothingBehindWhenItFails() {
    TensorData failing =
        new TensorData() {
          @Override
          public DType dtype() {
            return DType.F32;
          }

          @Override
          public Shape shape() {
            return Shape.of(3);
          }

          @Override
          public void read(long byteOffset, ByteBuffer target) throws IOException {
            throw new IOException("the disk is gone");
          }
        };
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> Safetensors.write(path, Map.of("w", failing), Map.of()))
        .withMessage("the disk is gone");
    assertThat(directory).isEmptyDirectory();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Safetensors.write(path, Map.of("__metadata__", failing), Map.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Safetensors.write(directory.getRoot(), Map.of(), Map.of()));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void theShortWayReplacesOnlyIfToldTo() throws Exception {
    TensorData one = TestFiles.tensor(DType.U8, Shape.of(1), new byte[] {1});
    Safetensors.write(path, Map.of("one", one), Map.of());

    Safetensors.write(path, Map.of("two", one), Map.of(), true);

    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.header().tensors()).extracting(TensorInfo::name).containsExactly("two");
    }
    assertOnlyFile();
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> Safetensors.write(path, Map.of("one", one), Map.of(), false));
  }

  @Test
  void theShortWayCreatesParents() throws Exception {
    Path deep = directory.resolve("a/b/new.safetensors");

    Safetensors.write(deep, Map.of(), Map.of());

    assertThat(deep).hasSize(16);
  }

  @Test
  void theShortWayWorksInTheCurrentDirectory() throws Exception {
    Path relative = Path.of("target", "relative.safetensors");
    Files.deleteIfExists(relative);
    Safetensors.write(relative, Map.of(), Map.of());
    assertThat(relative).hasSize(16);
    Files.delete(relative);
  }

  private void assertOnlyFile() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(path);
    }
  }
}
