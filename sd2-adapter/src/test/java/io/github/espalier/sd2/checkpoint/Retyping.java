package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.HalfPrecision;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.Safetensors;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Copies of small-f32 with weights of other types. */
final class Retyping {
  private static final List<String> FILES =
      List.of(
          "text_encoder/model.safetensors",
          "unet/diffusion_pytorch_model.safetensors",
          "vae/diffusion_pytorch_model.safetensors");

  private Retyping() {}

  /** Makes a copy whose weights have values of one type, stored as another. */
  static Path copy(Path target, DType values, DType stored) throws IOException {
    TestCheckpoints.copy(target, "small-f32");
    for (String name : FILES) {
      Path file = target.resolve(name);
      Map<String, TensorData> tensors = new LinkedHashMap<>();
      try (SafetensorsFile open = SafetensorsFile.open(file)) {
        for (String tensor : open.names()) {
          tensors.put(tensor, retyped(open.tensor(tensor), values, stored));
        }
      }
      Files.delete(file);
      Safetensors.write(file, tensors, Map.of("format", "pt"));
    }
    return target;
  }

  private static TensorData retyped(TensorData data, DType values, DType stored)
      throws IOException {
    ByteBuffer from = buffer(data.byteSize());
    data.read(0, from);
    from.flip();
    ByteBuffer to = buffer(data.shape().elements() * stored.bytes());
    while (from.hasRemaining()) {
      put(to, stored, rounded(from.getFloat(), values));
    }
    return new Buffered(stored, data.shape(), to.flip());
  }

  private static ByteBuffer buffer(long bytes) {
    return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static float rounded(float value, DType type) {
    return switch (type) {
      case F16 -> HalfPrecision.f16ToFloat(HalfPrecision.floatToF16(value));
      case BF16 -> HalfPrecision.bf16ToFloat(HalfPrecision.floatToBf16(value));
      default -> value;
    };
  }

  private static void put(ByteBuffer target, DType type, float value) {
    switch (type) {
      case F16 -> target.putShort(HalfPrecision.floatToF16(value));
      case BF16 -> target.putShort(HalfPrecision.floatToBf16(value));
      case F32 -> target.putFloat(value);
      case F64 -> target.putDouble(value);
      default -> throw new AssertionError(type);
    }
  }

  private record Buffered(DType dtype, Shape shape, ByteBuffer bytes) implements TensorData {
    @Override
    public void read(long byteOffset, ByteBuffer target) {
      target.put(bytes.slice(Math.toIntExact(byteOffset), target.remaining()));
    }
  }
}
