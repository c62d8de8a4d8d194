package io.github.espalier.sd2.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files beyond 2 GiB, most of which is a hole that takes no space on the disk. */
class LargeFileTest {
  private static final SafetensorsLayout LAYOUT =
      SafetensorsLayout.legacy(
          List.of(
              new TensorSpec("a.huge", DType.U8, Shape.of(3L << 30)),
              new TensorSpec("b.far", DType.U16, Shape.of(1000)),
              new TensorSpec("c.wide", DType.U8, Shape.of(Integer.MAX_VALUE))),
          Map.of());

  @Test
  void tensorsBeyondTwoGibibytes(@TempDir Path directory) throws Exception {
    assumeThat(hasHoles(directory)).as("the file system stores holes").isTrue();
    Path path = directory.resolve("large.safetensors");
    byte[] far = TestFiles.pattern("b.far", 2000);
    try (SafetensorsWriter writer = SafetensorsWriter.open(path, LAYOUT)) {
      writer.write("b.far", 0, ByteBuffer.wrap(far));
      writer.write("a.huge", (3L << 30) - 3, ByteBuffer.wrap(new byte[] {7, 8, 9}));
      writer.write("c.wide", Integer.MAX_VALUE - 1L, ByteBuffer.wrap(new byte[] {5}));
    }
    assertThat(Files.size(path)).isEqualTo(LAYOUT.fileSize()).isGreaterThan(5L << 30);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(TestFiles.bytes(file.tensor("b.far"))).isEqualTo(far);
      assertThat(file.map("b.far")).isEqualTo(ByteBuffer.wrap(far));
      assertThat(last(file.tensor("a.huge"), 4)).containsExactly(0, 7, 8, 9);
      assertThat(last(file.tensor("c.wide"), 2)).containsExactly(0, 5);
      assertThat(file.map("c.wide").get(Integer.MAX_VALUE - 1)).isEqualTo((byte) 5);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> file.map("a.huge"))
          .withMessage(
              path
                  + " a.huge: has 3221225472 bytes but a buffer holds 2^31-1 at most;"
                  + " read it in pieces by tensor(name)");
    }
  }

  private static byte[] last(TensorData tensor, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    tensor.read(tensor.byteSize() - count, buffer);
    return buffer.array();
  }

  /** Tells whether a file of a gibibyte with one byte in it takes next to no space. */
  private static boolean hasHoles(Path directory) throws IOException {
    Path probe = directory.resolve("probe");
    long before = Files.getFileStore(directory).getUsableSpace();
    try (FileChannel channel =
        FileChannel.open(probe, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), (1L << 30) - 1);
      channel.force(true);
      return before - Files.getFileStore(directory).getUsableSpace() < 1L << 29;
    } finally {
      Files.delete(probe);
    }
  }
}
