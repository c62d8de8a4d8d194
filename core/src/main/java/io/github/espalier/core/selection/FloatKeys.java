package io.github.espalier.core.selection;

import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.tensor.NdArrays;
import io.github.espalier.core.tensor.Shape;
import java.io.IOException;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Keys of saliencies that a method computed, of either sign.
 *
 * <p>A binary32 number becomes a 32-bit integer of the same order by flipping its sign bit if it is
 * positive, and all its bits if it is negative. The two zeros have one key.
 */
public final class FloatKeys extends SaliencyKeys {
  private static final int PIECE = 1 << 14;

  private final FloatBuffer saliencies;

  private FloatKeys(Shape shape, FloatBuffer saliencies) {
    super(shape, 32, keyOf(Float.POSITIVE_INFINITY));
    this.saliencies = saliencies;
  }

  /**
   * Makes the keys of a layer.
   *
   * @param shape the layer's shape
   * @param saliencies a contiguous {@code FLOAT} array in C order with one number for each weight;
   *     must stay open and unchanged as long as the keys are in use
   * @return the keys
   * @throws IllegalArgumentException if the number of saliencies is not that of the weights
   */
  public static SaliencyKeys of(Shape shape, INDArray saliencies) {
    if (saliencies.length() != shape.elements()) {
      throw new IllegalArgumentException(
          saliencies.length() + " saliencies for the " + shape.elements() + " weights of " + shape);
    }
    return new FloatKeys(shape, NdArrays.floats(saliencies));
  }

  private static long keyOf(float saliency) {
    // NaN of either sign becomes the largest key, beyond infinity; -0 + 0 is +0.
    if (!Float.isFinite(saliency)) {
      return 0xff800000L;
    }
    int bits = Float.floatToRawIntBits(saliency + 0.0f);
    return (bits ^ (bits >> 31 | Integer.MIN_VALUE)) & 0xffffffffL;
  }

  @Override
  String format() {
    return "saliency";
  }

  @Override
  SaliencyKeys widened() {
    throw new IllegalArgumentException(
        "computed saliencies cannot be compared with the magnitudes of raw weights");
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
    float[] piece = new float[PIECE];
    long[] keys = new long[PIECE];
    for (int from = 0; from < saliencies.limit(); from += PIECE) {
      int count = Math.min(PIECE, saliencies.limit() - from);
      saliencies.get(from, piece, 0, count);
      for (int i = 0; i < count; i++) {
        keys[i] = keyOf(piece[i]);
      }
      consumer.accept(keys, count);
    }
  }
}
