package io.github.espalier.methods.magnitude;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/** Weights in memory, decoded without the code under test. */
final class Weights {
  private Weights() {}

  static TensorData of(DType dtype, Shape shape, long... bits) {
    ByteBuffer bytes =
        ByteBuffer.allocate(bits.length * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (long each : bits) {
      switch (dtype.bytes()) {
        case 2 -> bytes.putShort((short) each);
        case 4 -> bytes.putInt((int) each);
        default -> bytes.putLong(each);
      }
    }
    return TensorData.ofBytes(dtype, shape, bytes.flip());
  }

  static long[] bits(TensorData data) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) data.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
    data.read(0, bytes);
    bytes.flip();
    long[] bits = new long[(int) data.shape().elements()];
    for (int i = 0; i < bits.length; i++) {
      bits[i] =
          switch (data.dtype().bytes()) {
            case 2 -> bytes.getShort() & 0xffffL;
            case 4 -> bytes.getInt() & 0xffffffffL;
            default -> bytes.getLong();
          };
    }
    return bits;
  }

  /** Pruned weights become +0, kept ones keep their bits. */
  static TensorData pruned(TensorData data, Mask mask) throws IOException {
    long[] bits = bits(data);
    for (int i = 0; i < bits.length; i++) {
      if (!mask.isKept(i)) {
        bits[i] = 0;
      }
    }
    return of(data.dtype(), data.shape(), bits);
  }

  static double[] magnitudes(TensorData data) throws IOException {
    long[] bits = bits(data);
    return IntStream.range(0, bits.length)
        .mapToDouble(i -> magnitude(data.dtype(), bits[i]))
        .toArray();
  }

  private static double magnitude(DType dtype, long bits) {
    return switch (dtype) {
      case F16 -> {
        int exponent = (int) bits >>> 10 & 0x1f;
        double fraction = (bits & 0x3ff) / 1024.0;
        yield exponent == 0 ? Math.scalb(fraction, -14) : Math.scalb(1 + fraction, exponent - 15);
      }
      case BF16 -> Math.abs(Float.intBitsToFloat((int) bits << 16));
      case F32 -> Math.abs(Float.intBitsToFloat((int) bits));
      case F64 -> Math.abs(Double.longBitsToDouble(bits));
      default -> throw new IllegalArgumentException(dtype.name());
    };
  }
}
