package io.github.espalier.core.selection;

import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.HalfPrecision;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorReader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Magnitudes of F64 weights, or of narrower ones widened exactly: keys of 63 bits, four digits. */
final class WideKeys extends SaliencyKeys {
  private final TensorData data;

  WideKeys(TensorData data) {
    super(data.shape(), 63, 0x7ff0_0000_0000_0000L);
    this.data = data;
  }

  @Override
  String format() {
    return DType.F64.name();
  }

  @Override
  SaliencyKeys widened() {
    return this;
  }

  @Override
  void count(int shift, long higher, long[] counts) throws IOException {
    forEachPiece((keys, count) -> Counting.count(keys, count, shift, higher, counts));
  }

  @Override
  void prune(long threshold, long ties, MaskBuilder mask) throws IOException {
    Counting.Pruning pruning = new Counting.Pruning(threshold, ties, mask);
    forEachPiece(pruning::accept);
  }

  @Override
  void forEachPiece(KeyConsumer consumer) throws IOException {
    int width = data.dtype().bytes();
    long[] keys = new long[TensorReader.PIECE_BYTES / width];
    TensorReader.forEachPiece(
        data,
        (first, bytes) -> {
          int length = bytes.limit() / width;
          for (int i = 0; i < length; i++) {
            keys[i] = widen(bytes, i * width) & Long.MAX_VALUE;
          }
          consumer.accept(keys, length);
        });
  }

  private long widen(ByteBuffer bytes, int position) {
    return switch (data.dtype()) {
      case F64 -> bytes.getLong(position);
      case F32 -> Double.doubleToRawLongBits(bytes.getFloat(position));
      case F16 -> Double.doubleToRawLongBits(HalfPrecision.f16ToFloat(bytes.getShort(position)));
      default -> Double.doubleToRawLongBits(HalfPrecision.bf16ToFloat(bytes.getShort(position)));
    };
  }
}
