package io.github.espalier.examples.cli;

import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Damages weights. */
final class Layers {
  private Layers() {}

  /** Sets the second weight of the first layer whose name contains a part. */
  static void overwriteF16(Path checkpoint, String component, String part, int bits)
      throws IOException {
    Path path = checkpoint.resolve(component).resolve("model.safetensors");
    long position;
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      TensorInfo info =
          file.header().tensors().stream()
              .filter(each -> each.name().contains(part) && each.name().endsWith(".weight"))
              .findFirst()
              .orElseThrow();
      position = file.header().dataOffset() + info.begin() + Short.BYTES;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      ByteBuffer value = ByteBuffer.allocate(Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(value.putShort(0, (short) bits), position);
    }
  }
}
