package io.github.espalier.sd2.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {
  private static final String EMBEDDING = "text_model.embeddings.position_embedding.weight";
  private static final String NORM = "text_model.final_layer_norm.bias";

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void writeFile() throws IOException {
    path = directory.resolve("model.safetensors");
    Files.write(path, TestFiles.resource("legacy-layers.safetensors"));
  }

  @Test
  void describesItself() throws Exception {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.path()).isEqualTo(path);
      assertThat(file.names()).hasSize(5).startsWith(EMBEDDING).endsWith(NORM);
      assertThat(file.contains(NORM)).isTrue();
      assertThat(file.contains("norm")).isFalse();
      assertThat(file.spec(NORM)).isEqualTo(new TensorSpec(NORM, DType.F32, Shape.of(3)));
      assertThat(file.file(NORM)).isSameAs(file);
      assertThat(file.files()).containsExactly(file);
      assertThat(file.header().metadata()).containsEntry("format", "pt");
      assertThat(file.header().dataOffset() + file.header().dataSize()).isEqualTo(Files.size(path));
      assertThat(file).hasToString(path + " (5 tensors)");
      TensorData tensor = file.tensor(NORM);
      assertThat(tensor.dtype()).isEqualTo(DType.F32);
      assertThat(tensor.shape()).isEqualTo(Shape.of(3));
      assertThat(tensor.byteSize()).isEqualTo(12);
      assertThat(tensor).hasToString(NORM + " F32 [3]");
    }
  }

  @Test
  void readsPieces() throws Exception {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      TensorData tensor = file.tensor(EMBEDDING);
      byte[] whole = TestFiles.pattern(EMBEDDING, 60);
      ByteBuffer piece = ByteBuffer.allocateDirect(16).position(3).limit(10);
      tensor.read(50, piece);
      assertThat(piece.position()).isEqualTo(10);
      for (int i = 0; i < 7; i++) {
        assertThat(piece.get(3 + i)).isEqualTo(whole[50 + i]);
      }
      tensor.read(60, ByteBuffer.allocate(0));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> tensor.read(54, ByteBuffer.allocate(7)));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> tensor.read(-1, ByteBuffer.allocate(1)));
    }
  }

  @Test
  void mapsUnalignedData() throws Exception {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat((file.header().dataOffset() + file.header().tensor(NORM).begin()) % 4).isNotZero();
      ByteBuffer mapped = file.map(NORM);
      assertThat(mapped.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      ByteBuffer read = ByteBuffer.wrap(TestFiles.pattern(NORM, 12)).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < 3; i++) {
        assertThat(mapped.getInt(4 * i)).isEqualTo(read.getInt(4 * i));
        assertThat(mapped.asFloatBuffer().get(i)).isEqualTo(read.getFloat(4 * i));
      }
      assertThatExceptionOfType(ReadOnlyBufferException.class)
          .isThrownBy(() -> mapped.put(0, (byte) 1));
    }
  }

  @Test
  void unknownNamesSuggestOthers() throws Exception {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> file.tensor("text_model.final_layer_norm.weight"))
          .withMessageStartingWith(path + " has no tensor text_model.final_layer_norm.weight")
          .withMessageContaining("nearest of its 5 names: " + NORM);
      assertThatIllegalArgumentException().isThrownBy(() -> file.map("x"));
      assertThatIllegalArgumentException().isThrownBy(() -> file.spec("x"));
      assertThatIllegalArgumentException().isThrownBy(() -> file.file("x"));
    }
  }

  @Test
  void truncationWhileReadingIsNoticed() throws Exception {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      TensorData first = file.tensor(EMBEDDING);
      TensorData last = file.tensor(NORM);
      long size = Files.size(path);
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(size - 5);
      }
      assertThat(TestFiles.bytes(first)).isEqualTo(TestFiles.pattern(EMBEDDING, 60));
      assertThatThrownBy(() -> TestFiles.bytes(last))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessage(
              path
                  + ": "
                  + NORM
                  + ": the file ends at byte "
                  + (size - 5)
                  + " where it had "
                  + size
                  + " bytes when it was opened: it changed while it was read");
      assertThatThrownBy(() -> file.map(NORM)).isInstanceOf(CheckpointFormatException.class);
      assertThat(file.contentIsUnchanged()).isFalse();
      assertThatThrownBy(file::requireUnchanged)
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessageContaining("after it was opened");
    }
  }

  @Test
  void changesAreNoticed() throws Exception {
    // Copying a file keeps its time to the microsecond only.
    Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(1_700_000_000)));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.contentIsUnchanged()).isTrue();
      file.requireUnchanged();
      FileTime time = Files.getLastModifiedTime(path);
      Files.setLastModifiedTime(path, FileTime.from(Instant.EPOCH));
      assertThat(file.contentIsUnchanged()).isFalse();
      Files.setLastModifiedTime(path, time);
      assertThat(file.contentIsUnchanged()).isTrue();
      Path other = Files.copy(path, directory.resolve("other"), StandardCopyOption.COPY_ATTRIBUTES);
      Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
      assertThat(Files.getLastModifiedTime(path)).isEqualTo(time);
      assertThat(file.contentIsUnchanged()).isFalse();
      Files.delete(path);
      assertThat(file.contentIsUnchanged()).isFalse();
    }
  }

  @Test
  void closingEndsReading() throws Exception {
    SafetensorsFile file = SafetensorsFile.open(path);
    TensorData tensor = file.tensor(NORM);
    ByteBuffer mapped = file.map(NORM);
    file.close();
    file.close();
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> TestFiles.bytes(tensor));
    assertThat(mapped.get(0)).isEqualTo(TestFiles.pattern(NORM, 1)[0]);
  }

  @Test
  void anInterruptClosesTheFileForAll() throws Exception {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      TensorData tensor = file.tensor(NORM);
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(ClosedByInterruptException.class)
          .isThrownBy(() -> TestFiles.bytes(tensor));
      assertThat(Thread.interrupted()).isTrue();
      assertThatExceptionOfType(ClosedChannelException.class)
          .isThrownBy(() -> TestFiles.bytes(tensor));
    }
  }

  @Test
  void truncationWhileTheHeaderIsReadIsNoticed() throws Exception {
    byte[] whole = Files.readAllBytes(path);
    for (int left : new int[] {0, 5, 70, 300}) {
      ByteSource shrunk =
          new ByteSource() {
            @Override
            public long size() {
              return whole.length;
            }

            @Override
            public int read(ByteBuffer target, long position) throws IOException {
              return position >= left
                  ? -1
                  : ByteSource.of(Arrays.copyOf(whole, left)).read(target, position);
            }
          };
      assertThatExceptionOfType(Rejection.class)
          .isThrownBy(() -> HeaderReader.read(shrunk, VerdictMode.STRICT))
          .withMessage("the file became shorter while it was read");
    }
  }

  @Test
  void manyThreadsReadAtOnce() throws Exception {
    Path large = directory.resolve("large.safetensors");
    byte[] data = TestFiles.pattern("w", 1 << 20);
    Safetensors.write(
        large, Map.of("w", TestFiles.tensor(DType.U8, Shape.of(data.length), data)), Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(large)) {
      TensorData tensor = file.tensor("w");
      List<Integer> wrong =
          IntStream.range(0, 2_000)
              .parallel()
              .map(i -> i * 524)
              .filter(at -> !matches(tensor, at, data))
              .boxed()
              .toList();
      assertThat(wrong).isEmpty();
    }
  }

  private static boolean matches(TensorData tensor, int at, byte[] data) {
    ByteBuffer buffer = ByteBuffer.allocate(500);
    try {
      tensor.read(at, buffer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return buffer.flip().equals(ByteBuffer.wrap(data, at, 500));
  }

  @Test
  void filesThatAreNone() throws Exception {
    Path missing = directory.resolve("missing.safetensors");
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> SafetensorsFile.open(missing));
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Safetensors.verify(missing, VerdictMode.STRICT));
    assertThatThrownBy(() -> SafetensorsFile.open(directory))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage(directory + ": this is not a regular file");
    assertThat(Safetensors.verify(directory, VerdictMode.REFERENCE).isAccepted()).isFalse();
  }

  @Test
  void badFilesNameTheTensor() throws Exception {
    Files.write(path, TestFiles.file("{\"a\\nb\":{\"dtype\":\"F33\"}}", 0));
    assertThatThrownBy(() -> SafetensorsFile.open(path, VerdictMode.REFERENCE))
        .isInstanceOfSatisfying(
            CheckpointFormatException.class,
            e -> {
              assertThat(e.file()).isEqualTo(path);
              assertThat(e.tensor()).isEqualTo("a\\u000ab");
              assertThat(e).hasMessage(path + ": a\\u000ab: unknown dtype F33");
            });
    assertThat(Safetensors.verify(path, VerdictMode.REFERENCE))
        .isEqualTo(new Verdict.Rejected("a\\u000ab: unknown dtype F33"));
    // Nothing keeps the refused file open or locked.
    Files.delete(path);
  }

  @Test
  void verifyAccepts() throws Exception {
    assertThat(Safetensors.verify(path, VerdictMode.STRICT))
        .isInstanceOfSatisfying(
            Verdict.Accepted.class, verdict -> assertThat(verdict.header().names()).hasSize(5));
  }

  @Test
  void openChoosesByName() throws Exception {
    try (TensorStore store = Safetensors.open(path)) {
      assertThat(store).isInstanceOf(SafetensorsFile.class);
      assertThat(TestFiles.bytes(store.tensor(NORM))).isEqualTo(TestFiles.pattern(NORM, 12));
    }
  }
}
