package io.github.espalier.sd2.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Makes the inputs of tests. */
final class TestFiles {
  private TestFiles() {}

  /** Returns a file of a header, with its true length in front, and data. */
  static byte[] file(byte[] header, byte[] data) {
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data)
        .array();
  }

  /** Returns a file of a header, with its true length in front, and zero data. */
  static byte[] file(String header, int dataSize) {
    return file(header.getBytes(StandardCharsets.UTF_8), new byte[dataSize]);
  }

  /** Returns the pattern that the script for the golden files gives a tensor. */
  static byte[] pattern(String name, int count) {
    int start = 0;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      start += b & 0xff;
    }
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (start + 7 * i);
    }
    return bytes;
  }

  static byte[] resource(String name) {
    try (InputStream in = TestFiles.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(TensorData tensor) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(tensor.byteSize()));
    tensor.read(0, buffer);
    return buffer.array();
  }

  static SafetensorsHeader accepted(byte[] file, VerdictMode mode) {
    Verdict verdict = Safetensors.verify(file, mode);
    assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
    return ((Verdict.Accepted) verdict).header();
  }

  static String rejected(byte[] file, VerdictMode mode) {
    Verdict verdict = Safetensors.verify(file, mode);
    assertThat(verdict).isInstanceOf(Verdict.Rejected.class);
    String reason = ((Verdict.Rejected) verdict).reason();
    assertThat(reason.chars().noneMatch(Character::isISOControl)).as(reason).isTrue();
    assertThat(reason).hasSizeLessThan(1000);
    return reason;
  }

  static TensorData tensor(DType dtype, Shape shape, byte[] bytes) {
    return new MemoryTensor(dtype, shape, bytes);
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record MemoryTensor(DType dtype, Shape shape, byte[] bytes) implements TensorData {
    @Override
    public void read(long byteOffset, ByteBuffer target) {
      Objects.checkFromIndexSize(byteOffset, (long) target.remaining(), bytes.length);
      target.put(bytes, (int) byteOffset, target.remaining());
    }
  }
}
