package io.github.espalier.core.prune;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.selection.Energy;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.HalfPrecision;
import io.github.espalier.core.tensor.NdArrays;
import io.github.espalier.core.tensor.TensorReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Applies an outcome to a layer's bytes, piece by piece, and counts zeros and energy on the way.
 *
 * <p>Used once, by one thread.
 */
final class LayerPruning {
  /** Where the pruned bytes go. */
  @FunctionalInterface
  interface Sink {
    void write(long byteOffset, ByteBuffer bytes) throws IOException;
  }

  private final LayerTask task;
  private final DType dtype;
  private final Mask mask;
  private final @Nullable FloatBuffer updated;
  private final Optional<Energy> knownEnergy;
  private final short[] shorts = new short[TensorReader.PIECE_BYTES / 2];
  private long zerosBefore;
  private long zerosAfter;
  private double keptEnergy;
  private double prunedEnergy;

  LayerPruning(LayerTask task, Outcome outcome) {
    this.task = task;
    this.dtype = task.layer().dtype();
    this.mask = outcome.mask();
    if (!mask.shape().equals(task.layer().shape())) {
      throw new IllegalStateException(
          "method "
              + task.step().method().name()
              + " gave a mask of shape "
              + mask.shape()
              + " for layer "
              + task.layer().qualifiedName()
              + " "
              + task.layer().shape());
    }
    if (outcome instanceof Outcome.Updated update) {
      this.updated = NdArrays.floats(update.weights());
      this.knownEnergy = Optional.empty();
    } else {
      this.updated = null;
      this.knownEnergy = ((Outcome.Masked) outcome).energy();
    }
  }

  void run(Sink sink) throws IOException {
    int width = dtype.bytes();
    TensorReader.forEachPiece(
        task.data(),
        (first, piece) -> {
          if (knownEnergy.isEmpty()) {
            measure(first, piece);
          }
          switch (width) {
            case 2 -> prune16(first, piece);
            case 4 -> prune32(first, piece);
            default -> prune64(first, piece);
          }
          sink.write(first * width, piece.position(0));
        });
  }

  long zerosBefore() {
    return zerosBefore;
  }

  long zerosAfter() {
    return zerosAfter;
  }

  Energy energy() {
    return knownEnergy.orElseGet(() -> new Energy(keptEnergy, prunedEnergy));
  }

  private void prune16(long first, ByteBuffer piece) {
    int length = piece.limit() / 2;
    piece.asShortBuffer().get(shorts, 0, length);
    int word = (int) (first >>> 6);
    for (int base = 0; base < length; base += 64) {
      long kept = mask.keptWord(word++);
      int end = Math.min(base + 64, length);
      zerosBefore += zeros16(base, end);
      if (updated != null) {
        update16(updated, first, base, end, kept);
      } else if (kept != -1L) {
        for (int i = base; i < end; i++) {
          shorts[i] &= (short) -(kept >>> (i - base) & 1);
        }
      }
      zerosAfter += zeros16(base, end);
    }
    piece.asShortBuffer().put(shorts, 0, length);
  }

  private int zeros16(int base, int end) {
    int zeros = 0;
    for (int i = base; i < end; i++) {
      zeros += ((shorts[i] & 0x7fff) - 1) >>> 31;
    }
    return zeros;
  }

  private void update16(FloatBuffer values, long first, int base, int end, long kept) {
    for (int i = base; i < end; i++) {
      float value = (kept >>> (i - base) & 1) == 0 ? 0f : requireFinite(values, first + i);
      shorts[i] =
          dtype == DType.F16 ? HalfPrecision.floatToF16(value) : HalfPrecision.floatToBf16(value);
      if ((shorts[i] & 0x7fff) >= (dtype == DType.F16 ? 0x7c00 : 0x7f80)) {
        throw outOfRange(first + i, value);
      }
    }
  }

  private void prune32(long first, ByteBuffer piece) {
    int length = piece.limit() / 4;
    for (int i = 0; i < length; i++) {
      int bits = piece.getInt(i * 4);
      zerosBefore += ((bits & 0x7fffffff) - 1) >>> 31;
      int keep = -(int) (mask.keptWord((int) ((first + i) >>> 6)) >>> i & 1);
      if (updated != null && keep != 0) {
        bits = Float.floatToRawIntBits(requireFinite(updated, first + i));
      }
      bits &= keep;
      zerosAfter += ((bits & 0x7fffffff) - 1) >>> 31;
      piece.putInt(i * 4, bits);
    }
  }

  private void prune64(long first, ByteBuffer piece) {
    int length = piece.limit() / 8;
    for (int i = 0; i < length; i++) {
      long bits = piece.getLong(i * 8);
      zerosBefore += ((bits & Long.MAX_VALUE) - 1) >>> 63;
      long keep = -(mask.keptWord((int) ((first + i) >>> 6)) >>> i & 1);
      if (updated != null && keep != 0) {
        bits = Double.doubleToRawLongBits(requireFinite(updated, first + i));
      }
      bits &= keep;
      zerosAfter += ((bits & Long.MAX_VALUE) - 1) >>> 63;
      piece.putLong(i * 8, bits);
    }
  }

  private float requireFinite(FloatBuffer values, long index) {
    float value = values.get((int) index);
    if (!Float.isFinite(value)) {
      throw outOfRange(index, value);
    }
    return value;
  }

  private PruningException outOfRange(long index, float value) {
    ArithmeticException cause =
        new ArithmeticException("new weight " + index + " is " + value + " as " + dtype);
    return new PruningException(
        task.layer(), cause.getMessage() + "; the method needs more damping", cause);
  }

  private void measure(long first, ByteBuffer piece) {
    int width = dtype.bytes();
    int length = piece.limit() / width;
    // Four sums each, in a fixed order: one chain of additions would wait for itself.
    double[] sums = new double[8];
    for (int i = 0; i < length; i++) {
      double value = valueAt(piece, i * width);
      int keep = (int) (mask.keptWord((int) ((first + i) >>> 6)) >>> i & 1);
      sums[keep << 2 | (i & 3)] += value * value;
    }
    prunedEnergy += sums[0] + sums[1] + sums[2] + sums[3];
    keptEnergy += sums[4] + sums[5] + sums[6] + sums[7];
  }

  private double valueAt(ByteBuffer piece, int position) {
    return switch (dtype) {
      case F16 -> HalfPrecision.f16ToFloat(piece.getShort(position));
      case BF16 -> HalfPrecision.bf16ToFloat(piece.getShort(position));
      case F32 -> piece.getFloat(position);
      default -> piece.getDouble(position);
    };
  }
}
