package io.github.espalier.sd2.safetensors;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Reads headers that are kept apart from the data they describe. Stateless. */
public final class DetachedHeader {
  private DetachedHeader() {}

  /**
   * Reads a header as if data of the right size followed it.
   *
   * @param place file to name in errors
   * @param header the header without its length prefix
   * @param dataSize bytes of data that it describes
   * @return the header
   * @throws CheckpointFormatException if it is malformed, by the rules of {@link
   *     VerdictMode#STRICT}
   */
  public static SafetensorsHeader parse(Path place, byte[] header, long dataSize) {
    ByteBuffer start =
        ByteBuffer.allocate(SafetensorsHeader.PREFIX + header.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .flip();
    try {
      return HeaderReader.read(
          new HeaderAlone(start, start.limit() + dataSize), VerdictMode.STRICT);
    } catch (Rejection rejection) {
      throw CheckpointFormatException.of(
          place, "holds a header that is not well-formed: " + rejection.reason());
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot fail to be read", e);
    }
  }
}
