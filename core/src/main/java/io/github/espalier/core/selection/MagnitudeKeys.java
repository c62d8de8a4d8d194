package io.github.espalier.core.selection;

import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.HalfPrecision;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorReader;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Keys that rank weights by absolute value, taken from their bits without any conversion.
 *
 * <p>The bits of an IEEE 754 number with its sign cleared, read as an integer, have the order of
 * the absolute values; this holds for binary16, bfloat16, binary32 and binary64, subnormal numbers
 * included. Both zeros have key 0.
 */
public final class MagnitudeKeys {
  private MagnitudeKeys() {}

  /**
   * Makes the keys of a layer.
   *
   * @param data weights of type F16, BF16, F32 or F64
   * @return keys that read from the data each time they are walked
   * @throws IllegalArgumentException if the type is another
   */
  public static SaliencyKeys of(TensorData data) {
    return switch (data.dtype()) {
      case F16, BF16 -> new Bits16(data);
      case F32 -> new Bits32(data);
      case F64 -> new Bits64(data);
      default ->
          throw new IllegalArgumentException(
              "weights of type "
                  + data.dtype()
                  + " have no magnitude; expected F16, BF16, F32, F64");
    };
  }

  /** Keys of 15 bits: one digit. */
  static final class Bits16 extends SaliencyKeys {
    private static final int WIDTH = 2;

    private final TensorData data;

    Bits16(TensorData data) {
      super(data.shape(), 15, data.dtype() == DType.F16 ? 0x7c00 : 0x7f80);
      this.data = data;
    }

    @Override
    String format() {
      return data.dtype().name();
    }

    @Override
    SaliencyKeys widened() {
      return new Bits64(data);
    }

    @Override
    double energyOf(long key) {
      double value = toFloat(data.dtype(), (short) key);
      return value * value;
    }

    @Override
    void count(int shift, long higher, long[] counts) throws IOException {
      short[] piece = new short[TensorReader.PIECE_BYTES / WIDTH];
      int[] narrow = new int[1 << 15];
      TensorReader.forEachPiece(
          data,
          (first, bytes) -> {
            int length = shorts(bytes, piece);
            for (int i = 0; i < length; i++) {
              narrow[piece[i] & 0x7fff]++;
            }
            if ((first & 0x3fff_ffff) == 0) {
              drain(narrow, counts);
            }
          });
      drain(narrow, counts);
    }

    private static void drain(int[] narrow, long[] counts) {
      for (int i = 0; i < narrow.length; i++) {
        counts[i] += narrow[i];
        narrow[i] = 0;
      }
    }

    @Override
    void prune(long threshold, long ties, MaskBuilder mask) throws IOException {
      short[] piece = new short[TensorReader.PIECE_BYTES / WIDTH];
      TieBudget budget = new TieBudget(ties);
      int limit = (int) threshold;
      TensorReader.forEachPiece(
          data,
          (first, bytes) -> {
            int length = shorts(bytes, piece);
            int word = (int) (first >>> 6);
            for (int base = 0; base < length; base += 64) {
              int end = Math.min(64, length - base);
              mask.pruneWord(
                  word++,
                  budget.left == 0
                      ? below(piece, base, end, limit)
                      : upTo(piece, base, end, limit, budget));
            }
          });
    }

    private static long below(short[] keys, int base, int count, int limit) {
      long pruned = 0;
      for (int i = 0; i < count; i++) {
        pruned |= ((long) ((keys[base + i] & 0x7fff) - limit) >>> 63) << i;
      }
      return pruned;
    }

    private static long upTo(short[] keys, int base, int count, int limit, TieBudget budget) {
      long pruned = below(keys, base, count, limit);
      for (int i = 0; i < count; i++) {
        if ((keys[base + i] & 0x7fff) == limit) {
          pruned |= budget.take(true) << i;
        }
      }
      return pruned;
    }

    @Override
    void forEachPiece(KeyConsumer consumer) throws IOException {
      long[] keys = new long[TensorReader.PIECE_BYTES / WIDTH];
      TensorReader.forEachPiece(
          data,
          (first, bytes) -> {
            int length = bytes.limit() / WIDTH;
            for (int i = 0; i < length; i++) {
              keys[i] = bytes.getShort(i * WIDTH) & 0x7fff;
            }
            consumer.accept(keys, length);
          });
    }

    private static int shorts(ByteBuffer bytes, short[] target) {
      int length = bytes.limit() / WIDTH;
      bytes.asShortBuffer().get(target, 0, length);
      return length;
    }
  }

  /** Keys of 31 bits: two digits. */
  static final class Bits32 extends SaliencyKeys {
    private static final int WIDTH = 4;
    private static final int MAGNITUDE = 0x7fffffff;

    private final TensorData data;

    Bits32(TensorData data) {
      super(data.shape(), 31, 0x7f800000L);
      this.data = data;
    }

    @Override
    String format() {
      return data.dtype().name();
    }

    @Override
    SaliencyKeys widened() {
      return new Bits64(data);
    }

    @Override
    void count(int shift, long higher, long[] counts) throws IOException {
      int[] piece = new int[TensorReader.PIECE_BYTES / WIDTH];
      TensorReader.forEachPiece(
          data,
          (first, bytes) -> {
            int length = ints(bytes, piece);
            if (shift == DIGIT_BITS) {
              for (int i = 0; i < length; i++) {
                counts[(piece[i] & MAGNITUDE) >>> DIGIT_BITS]++;
              }
            } else {
              int wanted = (int) higher;
              for (int i = 0; i < length; i++) {
                int key = piece[i] & MAGNITUDE;
                if (key >>> DIGIT_BITS == wanted) {
                  counts[key & 0xffff]++;
                }
              }
            }
          });
    }

    @Override
    void prune(long threshold, long ties, MaskBuilder mask) throws IOException {
      int[] piece = new int[TensorReader.PIECE_BYTES / WIDTH];
      TieBudget budget = new TieBudget(ties);
      TensorReader.forEachPiece(
          data,
          (first, bytes) -> {
            int length = ints(bytes, piece);
            int word = (int) (first >>> 6);
            for (int base = 0; base < length; base += 64) {
              int end = Math.min(64, length - base);
              long pruned = below(piece, base, end, threshold);
              if (budget.left > 0) {
                for (int i = 0; i < end; i++) {
                  if ((piece[base + i] & MAGNITUDE) == threshold) {
                    pruned |= budget.take(true) << i;
                  }
                }
              }
              mask.pruneWord(word++, pruned);
            }
          });
    }

    private static long below(int[] keys, int base, int count, long limit) {
      long pruned = 0;
      for (int i = 0; i < count; i++) {
        pruned |= (((keys[base + i] & MAGNITUDE) - limit) >>> 63) << i;
      }
      return pruned;
    }

    @Override
    void forEachPiece(KeyConsumer consumer) throws IOException {
      long[] keys = new long[TensorReader.PIECE_BYTES / WIDTH];
      TensorReader.forEachPiece(
          data,
          (first, bytes) -> {
            int length = bytes.limit() / WIDTH;
            for (int i = 0; i < length; i++) {
              keys[i] = bytes.getInt(i * WIDTH) & MAGNITUDE;
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

  /** Keys of 63 bits, of binary64 weights or of narrower ones widened exactly: four digits. */
  static final class Bits64 extends SaliencyKeys {
    private final TensorData data;

    Bits64(TensorData data) {
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
        default -> Double.doubleToRawLongBits(toFloat(data.dtype(), bytes.getShort(position)));
      };
    }
  }

  private static float toFloat(DType dtype, short bits) {
    return dtype == DType.F16 ? HalfPrecision.f16ToFloat(bits) : HalfPrecision.bf16ToFloat(bits);
  }
}
