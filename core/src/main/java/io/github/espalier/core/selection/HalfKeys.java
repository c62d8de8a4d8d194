package io.github.espalier.core.selection;

import io.github.espalier.core.internal.HalfLanes;
import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.HalfPrecision;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorReader;
import java.io.IOException;

/** Magnitudes of F16 or BF16 weights: keys of 15 bits, one digit. */
final class HalfKeys extends SaliencyKeys {
  private static final int WIDTH = 2;
  private static final int KEY = 0x7fff;
  private static final long MOST_UNDRAINED = 1 << 30;

  private final TensorData data;

  HalfKeys(TensorData data) {
    super(data.shape(), 15, data.dtype() == DType.F16 ? 0x7c00 : 0x7f80);
    this.data = data;
  }

  @Override
  String format() {
    return data.dtype().name();
  }

  @Override
  SaliencyKeys widened() {
    return new WideKeys(data);
  }

  @Override
  double energyOf(long key) {
    short bits = (short) key;
    double value =
        data.dtype() == DType.F16
            ? HalfPrecision.f16ToFloat(bits)
            : HalfPrecision.bf16ToFloat(bits);
    return value * value;
  }

  @Override
  void count(int shift, long higher, long[] counts) throws IOException {
    long[] lanes = new long[TensorReader.PIECE_BYTES / Long.BYTES];
    // Counters of 32 bits, in two tables so that equal neighbours do not wait for each other.
    int[] even = new int[KEY + 1];
    int[] odd = new int[KEY + 1];
    TensorReader.forEachPiece(
        data,
        (first, bytes) -> {
          if (first % MOST_UNDRAINED == 0) {
            drain(even, counts);
            drain(odd, counts);
          }
          int numbers = HalfLanes.read(bytes, lanes);
          int whole = numbers / HalfLanes.LANES;
          for (int i = 0; i < whole; i++) {
            long four = lanes[i];
            even[(int) four & KEY]++;
            odd[(int) (four >>> 16) & KEY]++;
            even[(int) (four >>> 32) & KEY]++;
            odd[(int) (four >>> 48) & KEY]++;
          }
          for (int i = whole * HalfLanes.LANES; i < numbers; i++) {
            even[(int) (lanes[whole] >>> (16 * (i % HalfLanes.LANES))) & KEY]++;
          }
        });
    drain(even, counts);
    drain(odd, counts);
  }

  private static void drain(int[] table, long[] counts) {
    for (int i = 0; i < table.length; i++) {
      counts[i] += table[i];
      table[i] = 0;
    }
  }

  @Override
  void prune(long threshold, long ties, MaskBuilder mask) throws IOException {
    long[] lanes = new long[TensorReader.PIECE_BYTES / Long.BYTES];
    TieBudget budget = new TieBudget(ties);
    long limits = HalfLanes.repeat((int) threshold);
    TensorReader.forEachPiece(
        data,
        (first, bytes) -> {
          int numbers = HalfLanes.read(bytes, lanes);
          int word = (int) (first >>> 6);
          for (int from = 0; from * HalfLanes.LANES < numbers; ) {
            int end = HalfLanes.endOfWord(from, numbers);
            long pruned = HalfLanes.below(lanes, from, end, limits);
            if (budget.left() > 0) {
              pruned |= budget.take(HalfLanes.equal(lanes, from, end, limits));
            }
            mask.pruneWord(word++, pruned);
            from = end;
          }
        });
  }

  @Override
  void forEachPiece(KeyConsumer consumer) throws IOException {
    long[] keys = new long[TensorReader.PIECE_BYTES / WIDTH];
    TensorReader.forEachPiece(
        data,
        (first, bytes) -> {
          int length = bytes.limit() / WIDTH;
          for (int i = 0; i < length; i++) {
            keys[i] = bytes.getShort(i * WIDTH) & KEY;
          }
          consumer.accept(keys, length);
        });
  }
}
