package io.github.espalier.core.selection;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A layer's weights as bit patterns, with a decoder of its own that shares nothing with the code
 * under test.
 */
final class Sample {
  private final DType dtype;
  private final Shape shape;
  private final long[] bits;

  Sample(DType dtype, Shape shape, long... bits) {
    if (bits.length != shape.elements()) {
      throw new IllegalArgumentException(bits.length + " weights for shape " + shape);
    }
    this.dtype = dtype;
    this.shape = shape;
    this.bits = bits;
  }

  DType dtype() {
    return dtype;
  }

  Shape shape() {
    return shape;
  }

  long[] bits() {
    return bits.clone();
  }

  int size() {
    return bits.length;
  }

  static int exponentBits(DType dtype) {
    return switch (dtype) {
      case F16 -> 5;
      case BF16, F32 -> 8;
      case F64 -> 11;
      default -> throw new IllegalArgumentException(dtype.name());
    };
  }

  static int mantissaBits(DType dtype) {
    return dtype.bits() - 1 - exponentBits(dtype);
  }

  static long signBit(DType dtype) {
    return 1L << (dtype.bits() - 1);
  }

  /** The bits of infinity. */
  static long infinity(DType dtype) {
    return ((1L << exponentBits(dtype)) - 1) << mantissaBits(dtype);
  }

  /** The absolute value, which binary64 holds exactly for all four types. */
  static double magnitude(DType dtype, long bits) {
    int exponent = (int) (bits >>> mantissaBits(dtype)) & ((1 << exponentBits(dtype)) - 1);
    long mantissa = bits & ((1L << mantissaBits(dtype)) - 1);
    int bias = (1 << (exponentBits(dtype) - 1)) - 1;
    return exponent == 0
        ? mantissa * Math.scalb(1.0, 1 - bias - mantissaBits(dtype))
        : Math.scalb(1 + (double) mantissa / (1L << mantissaBits(dtype)), exponent - bias);
  }

  double[] magnitudes() {
    return Arrays.stream(bits).mapToDouble(each -> magnitude(dtype, each)).toArray();
  }

  TensorData data() {
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

  SaliencyKeys keys() {
    return MagnitudeKeys.of(data());
  }

  /** Pruned weights become +0, kept ones keep their bits. */
  Sample pruned(Mask mask) {
    long[] changed = bits.clone();
    for (int i = 0; i < changed.length; i++) {
      if (!mask.isKept(i)) {
        changed[i] = 0;
      }
    }
    return new Sample(dtype, shape, changed);
  }

  Sample withBits(long... changed) {
    return new Sample(dtype, shape, changed);
  }

  int rows() {
    return shape.rank() == 0 ? 1 : (int) shape.extent(0);
  }

  int columns() {
    return rows() == 0 ? 0 : bits.length / rows();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sample that
        && dtype == that.dtype
        && shape.equals(that.shape)
        && Arrays.equals(bits, that.bits);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bits);
  }

  @Override
  public String toString() {
    return dtype
        + " "
        + shape
        + Arrays.stream(bits)
            .mapToObj(Long::toHexString)
            .collect(Collectors.joining(" ", " {", "}"));
  }
}
