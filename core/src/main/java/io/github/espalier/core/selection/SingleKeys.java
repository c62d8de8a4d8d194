package io.github.espalier.core.selection;

import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorReader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Magnitudes of F32 weights: keys of 31 bits, two digits. */
final class SingleKeys extends SaliencyKeys {
  private static final int WIDTH = 4;
  private static final int KEY = 0x7fffffff;

  private final TensorData data;

  SingleKeys(TensorData data) {
    super(data.shape(), 31, 0x7f800000L);
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
  void count(int shift, long higher, long[] counts) throws IOException {
    int[] piece = new int[TensorReader.PIECE_BYTES / WIDTH];
    TensorReader.forEachPiece(
        data,
        (first, bytes) -> {
          int length = ints(bytes, piece);
          if (shift == DIGIT_BITS) {
            countUpper(piece, length, counts);
          } else {
            countLower(piece, length, (int) higher, counts);
          }
        });
  }

  private static void countUpper(int[] piece, int length, long[] counts) {
    for (int i = 0; i < length; i++) {
      counts[(piece[i] & KEY) >>> DIGIT_BITS]++;
    }
  }

  private static void countLower(int[] piece, int length, int higher, long[] counts) {
    for (int i = 0; i < length; i++) {
      int key = piece[i] & KEY;
      if (key >>> DIGIT_BITS == higher) {
        counts[key & 0xffff]++;
      }
    }
  }

  @Override
  void prune(long threshold, long ties, MaskBuilder mask) throws IOException {
    int[] piece = new int[TensorReader.PIECE_BYTES / WIDTH];
    TieBudget budget = new TieBudget(ties);
    int limit = (int) threshold;
    TensorReader.forEachPiece(
        data,
        (first, bytes) -> {
          int length = ints(bytes, piece);
          int word = (int) (first >>> 6);
          for (int base = 0; base < length; base += 64) {
            int end = Math.min(64, length - base);
            long pruned = below(piece, base, end, limit);
            if (budget.left() > 0) {
              pruned |= budget.take(equal(piece, base, end, limit));
            }
            mask.pruneWord(word++, pruned);
          }
        });
  }

  private static long below(int[] keys, int base, int count, int limit) {
    long bits = 0;
    for (int i = 0; i < count; i++) {
      // Both are non-negative, so the difference cannot overflow and its sign is the answer.
      bits |= (long) (((keys[base + i] & KEY) - limit) >>> 31) << i;
    }
    return bits;
  }

  private static long equal(int[] keys, int base, int count, int key) {
    long bits = 0;
    for (int i = 0; i < count; i++) {
      bits |= ((keys[base + i] & KEY) == key ? 1L : 0L) << i;
    }
    return bits;
  }

  @Override
  void forEachPiece(KeyConsumer consumer) throws IOException {
    long[] keys = new long[TensorReader.PIECE_BYTES / WIDTH];
    TensorReader.forEachPiece(
        data,
        (first, bytes) -> {
          int length = bytes.limit() / WIDTH;
          for (int i = 0; i < length; i++) {
            keys[i] = bytes.getInt(i * WIDTH) & KEY;
          }
          consumer.accept(keys, length);
        });
  }

  private static int ints(ByteBuffer bytes, int[] target) {
    int length = bytes.limit() / WIDTH;
    bytes.asIntBuffer().get(target, 0, length);
    return length;
  }
}
