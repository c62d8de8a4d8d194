package io.github.espalier.sd2.diff;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Compares two tensors of one name, piece by piece. Used once, by one thread. */
final class TensorComparison {
  private static final ThreadLocal<ByteBuffer> BUFFER =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(TensorReader.PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN));

  private final int width;
  private final long magnitudeBits;
  private long changed;
  private long firstIndex = -1;
  private long lastIndex = -1;
  private long zerosAdded;
  private long zerosRemoved;
  private long zeroSigns;

  private TensorComparison(DType dtype, int width) {
    this.width = width;
    long allBits = -1L >>> (64 - 8 * width);
    this.magnitudeBits = dtype.isPrunable() ? allBits >>> 1 : allBits;
  }

  static Optional<TensorDifference> compare(
      String name, TensorData first, TensorData second, LongConsumer progress) throws IOException {
    if (first.dtype() != second.dtype() || !first.shape().equals(second.shape())) {
      return Optional.of(
          new TensorDifference.Redefined(
              name, first.dtype(), first.shape(), second.dtype(), second.shape()));
    }
    TensorData bytes = wholeBytes(first);
    TensorData otherBytes = wholeBytes(second);
    TensorComparison comparison = new TensorComparison(first.dtype(), bytes.dtype().bytes());
    comparison.run(bytes, otherBytes, progress);
    return comparison.changed == 0
        ? Optional.empty()
        : Optional.of(
            new TensorDifference.Changed(
                name,
                first.dtype(),
                first.shape(),
                comparison.changed,
                comparison.firstIndex,
                comparison.lastIndex,
                comparison.zerosAdded,
                comparison.zerosRemoved,
                comparison.zeroSigns));
  }

  /** Elements that are narrower than a byte have no address of their own. */
  private static TensorData wholeBytes(TensorData data) {
    return data.dtype().bits() % 8 == 0 ? data : new Bytes(data);
  }

  private record Bytes(TensorData data) implements TensorData {
    @Override
    public DType dtype() {
      return DType.U8;
    }

    @Override
    public Shape shape() {
      return Shape.of(data.byteSize());
    }

    @Override
    public void read(long byteOffset, ByteBuffer target) throws IOException {
      data.read(byteOffset, target);
    }
  }

  private void run(TensorData first, TensorData second, LongConsumer progress) throws IOException {
    ByteBuffer other = BUFFER.get();
    TensorReader.forEachPiece(
        first,
        (element, piece) -> {
          other.clear().limit(piece.limit());
          second.read(element * width, other);
          other.flip();
          int mismatch = piece.mismatch(other);
          if (mismatch >= 0) {
            count(element, piece, other, mismatch / width);
          }
          progress.accept(piece.limit());
        });
  }

  private void count(long firstElement, ByteBuffer piece, ByteBuffer other, int from) {
    int elements = piece.limit() / width;
    for (int i = from; i < elements; i++) {
      long before = bits(piece, i);
      long after = bits(other, i);
      if (before != after) {
        boolean wasZero = (before & magnitudeBits) == 0;
        boolean isZero = (after & magnitudeBits) == 0;
        zerosAdded += !wasZero && isZero ? 1 : 0;
        zerosRemoved += wasZero && !isZero ? 1 : 0;
        zeroSigns += wasZero && isZero ? 1 : 0;
        changed++;
        lastIndex = firstElement + i;
        if (firstIndex < 0) {
          firstIndex = lastIndex;
        }
      }
    }
  }

  private long bits(ByteBuffer bytes, int element) {
    return switch (width) {
      case 1 -> bytes.get(element) & 0xffL;
      case 2 -> bytes.getShort(2 * element) & 0xffffL;
      case 4 -> bytes.getInt(4 * element) & 0xffffffffL;
      default -> bytes.getLong(8 * element);
    };
  }
}
