package io.github.espalier.core.prune;

import io.github.espalier.core.internal.HalfLanes;
import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.selection.Energy;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.HalfPrecision;
import io.github.espalier.core.tensor.NdArrays;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorReader;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
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

  private final Layer layer;
  private final TensorData data;
  private final DType dtype;
  private final Mask mask;
  private final @Nullable FloatBuffer updated;
  private final Optional<Energy> knownEnergy;
  private final long[] lanes;
  private final int[] ints;
  private long zerosBefore;
  private long zerosAfter;
  private double keptEnergy;
  private double prunedEnergy;

  /**
   * Checks an outcome.
   *
   * @param data the layer's weights
   * @param method name of the method, for messages
   * @param scope receives a copy of new weights that are not contiguous
   */
  LayerPruning(Layer layer, TensorData data, String method, Outcome outcome, TensorScope scope) {
    this.layer = layer;
    this.data = data;
    this.dtype = layer.dtype();
    this.mask = outcome.mask();
    this.lanes = new long[dtype.bytes() == 2 ? TensorReader.PIECE_BYTES / 8 : 0];
    this.ints = new int[dtype.bytes() == 4 ? TensorReader.PIECE_BYTES / 4 : 0];
    if (!mask.shape().equals(layer.shape())) {
      throw misshapen(method, "a mask of shape " + mask.shape(), layer.shape().toString());
    }
    if (outcome instanceof Outcome.Updated update) {
      long[] matrix = {layer.rows(), layer.columns()};
      if (!Arrays.equals(update.weights().shape(), matrix)) {
        throw misshapen(
            method,
            "new weights of shape " + Arrays.toString(update.weights().shape()),
            "a matrix of " + layer.rows() + " by " + layer.columns());
      }
      this.updated = NdArrays.floats(NdArrays.contiguous(update.weights(), scope));
      this.knownEnergy = Optional.empty();
    } else {
      this.updated = null;
      this.knownEnergy = ((Outcome.Masked) outcome).energy();
    }
  }

  private IllegalStateException misshapen(String method, String given, String expected) {
    return new IllegalStateException(
        "method "
            + method
            + " gave "
            + given
            + " for layer "
            + layer.qualifiedName()
            + ", "
            + expected);
  }

  void run(Sink sink) throws IOException {
    int width = dtype.bytes();
    TensorReader.forEachPiece(
        data,
        (first, piece) -> {
          if (knownEnergy.isEmpty()) {
            measure(first, piece);
          }
          long zeros =
              switch (width) {
                case 2 -> prune16(first, piece);
                case 4 -> prune32(first, piece);
                default -> prune64(first, piece);
              };
          if (updated != null) {
            update(updated, first, piece);
            zeros = zeros(piece);
          }
          zerosAfter += zeros;
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

  private long prune16(long first, ByteBuffer piece) {
    int numbers = HalfLanes.read(piece, lanes);
    long zeros = 0;
    if (numbers % HalfLanes.LANES != 0) {
      // The last lanes are no weights; a number other than zero keeps them out of the counts.
      for (int i = numbers % HalfLanes.LANES; i < HalfLanes.LANES; i++) {
        lanes[numbers / HalfLanes.LANES] |= 1L << (16 * i);
      }
    }
    int word = (int) (first >>> 6);
    for (int from = 0; from * HalfLanes.LANES < numbers; ) {
      int end = HalfLanes.endOfWord(from, numbers);
      long kept = mask.keptWord(word++);
      if (end * HalfLanes.LANES > numbers) {
        kept |= -1L << (numbers - from * HalfLanes.LANES);
      }
      for (int i = from; i < end; i++) {
        long four = lanes[i];
        zerosBefore += HalfLanes.zeros(four);
        four &= HalfLanes.select(kept, i - from);
        zeros += HalfLanes.zeros(four);
        lanes[i] = four;
      }
      from = end;
    }
    HalfLanes.write(lanes, piece);
    return zeros;
  }

  private long prune32(long first, ByteBuffer piece) {
    int numbers = piece.limit() / 4;
    long zeros = 0;
    piece.asIntBuffer().get(ints, 0, numbers);
    int word = (int) (first >>> 6);
    for (int base = 0; base < numbers; base += 64) {
      int end = Math.min(base + 64, numbers);
      long kept = mask.keptWord(word++);
      int before = 0;
      int after = 0;
      for (int i = base; i < end; i++) {
        int bits = ints[i];
        before += ((bits & Integer.MAX_VALUE) - 1) >>> 31;
        bits &= -(int) (kept >>> (i - base) & 1);
        after += ((bits & Integer.MAX_VALUE) - 1) >>> 31;
        ints[i] = bits;
      }
      zerosBefore += before;
      zeros += after;
    }
    piece.asIntBuffer().put(ints, 0, numbers);
    return zeros;
  }

  private long prune64(long first, ByteBuffer piece) {
    long zeros = 0;
    for (int i = 0; i < piece.limit() / 8; i++) {
      long bits = piece.getLong(i * 8);
      zerosBefore += ((bits & Long.MAX_VALUE) - 1) >>> 63;
      bits &= -(mask.keptWord((int) ((first + i) >>> 6)) >>> i & 1);
      zeros += ((bits & Long.MAX_VALUE) - 1) >>> 63;
      piece.putLong(i * 8, bits);
    }
    return zeros;
  }

  /** Replaces the kept weights by new ones, rounded to the layer's type. */
  private void update(FloatBuffer values, long first, ByteBuffer piece) {
    int width = dtype.bytes();
    for (int i = 0; i < piece.limit() / width; i++) {
      if ((mask.keptWord((int) ((first + i) >>> 6)) >>> i & 1) == 0) {
        continue;
      }
      float value = requireFinite(values, first + i);
      switch (dtype) {
        case F16, BF16 -> piece.putShort(i * width, requireFinite16(first + i, value));
        case F32 -> piece.putFloat(i * width, value);
        default -> piece.putDouble(i * width, value);
      }
    }
  }

  private long zeros(ByteBuffer piece) {
    int width = dtype.bytes();
    long zeros = 0;
    for (int position = 0; position < piece.limit(); position += width) {
      zeros += valueAt(piece, position) == 0 ? 1 : 0;
    }
    return zeros;
  }

  private short requireFinite16(long index, float value) {
    boolean f16 = dtype == DType.F16;
    short bits = f16 ? HalfPrecision.floatToF16(value) : HalfPrecision.floatToBf16(value);
    if ((bits & 0x7fff) >= (f16 ? 0x7c00 : 0x7f80)) {
      throw outOfRange(index, value);
    }
    return bits;
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
        layer, cause.getMessage() + "; the method needs more damping", cause);
  }

  private void measure(long first, ByteBuffer piece) {
    if (dtype == DType.F32) {
      measure32(first, piece);
      return;
    }
    int width = dtype.bytes();
    int numbers = piece.limit() / width;
    // Four sums each, in a fixed order: one chain of additions would wait for itself.
    double[] sums = new double[8];
    int word = (int) (first >>> 6);
    for (int base = 0; base < numbers; base += 64) {
      long kept = mask.keptWord(word++);
      int end = Math.min(base + 64, numbers);
      for (int i = base; i < end; i++) {
        double value = valueAt(piece, i * width);
        int keep = (int) (kept >>> (i - base) & 1);
        sums[keep << 2 | (i & 3)] += value * value;
      }
    }
    prunedEnergy += sums[0] + sums[1] + sums[2] + sums[3];
    keptEnergy += sums[4] + sums[5] + sums[6] + sums[7];
  }

  /** The same for F32, without a branch: a weight masked away counts as zero. */
  private void measure32(long first, ByteBuffer piece) {
    int numbers = piece.limit() / 4;
    piece.asIntBuffer().get(ints, 0, numbers);
    double keptEven = 0;
    double keptOdd = 0;
    double prunedEven = 0;
    double prunedOdd = 0;
    int word = (int) (first >>> 6);
    for (int base = 0; base < numbers; base += 64) {
      long kept = mask.keptWord(word++);
      int end = Math.min(base + 64, numbers);
      for (int i = base; i < end; i += 2) {
        int even = ints[i];
        int odd = i + 1 < end ? ints[i + 1] : 0;
        int keepEven = -(int) (kept >>> (i - base) & 1);
        int keepOdd = -(int) (kept >>> (i + 1 - base) & 1);
        keptEven += square(even & keepEven);
        prunedEven += square(even & ~keepEven);
        keptOdd += square(odd & keepOdd);
        prunedOdd += square(odd & ~keepOdd);
      }
    }
    keptEnergy += keptEven + keptOdd;
    prunedEnergy += prunedEven + prunedOdd;
  }

  private static double square(int bits) {
    double value = Float.intBitsToFloat(bits);
    return value * value;
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
