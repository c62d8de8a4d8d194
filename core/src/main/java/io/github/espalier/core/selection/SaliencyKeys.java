package io.github.espalier.core.selection;

import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.tensor.Shape;
import java.io.IOException;

/**
 * The saliencies of a layer's weights as non-negative integers of the same order: a weight is less
 * salient than another if and only if its key is smaller.
 *
 * <p>Keys can be walked any number of times. Made by {@link MagnitudeKeys} from raw weights, and by
 * {@link FloatKeys} from saliencies that were computed.
 */
public abstract sealed class SaliencyKeys permits FloatKeys, HalfKeys, SingleKeys, WideKeys {
  static final int DIGIT_BITS = 16;

  private final Shape shape;
  private final int bits;
  private final long invalid;

  /**
   * Describes the keys.
   *
   * @param shape the layer's shape
   * @param bits every key is less than {@code 2^bits}; from 1 to 63
   * @param invalid the least key that stands for an infinity or NaN
   */
  SaliencyKeys(Shape shape, int bits, long invalid) {
    this.shape = shape;
    this.bits = bits;
    this.invalid = invalid;
  }

  /**
   * Returns the shape of the layer.
   *
   * @return the shape
   */
  public final Shape shape() {
    return shape;
  }

  final int bits() {
    return bits;
  }

  /** The least key that stands for an infinity or NaN; a multiple of every digit's weight. */
  final long invalid() {
    return invalid;
  }

  /** Names the format of the keys: only keys of one format compare with each other. */
  abstract String format();

  /** Returns keys that compare with those of every other format, or throws if there are none. */
  abstract SaliencyKeys widened();

  /** Squared value of the weight behind a key, if one digit holds the whole key. */
  double energyOf(long key) {
    return Double.NaN;
  }

  /**
   * Counts a digit of the keys that share their higher digits.
   *
   * @param shift position of the digit's lowest bit
   * @param higher the bits above the digit that a key must have to be counted; 0 for the top digit
   * @param counts receives one more at the digit of each such key
   */
  abstract void count(int shift, long higher, long[] counts) throws IOException;

  /**
   * Prunes every key below a threshold, and the first few that equal it.
   *
   * @param threshold keys below it are pruned
   * @param ties how many of the keys equal to the threshold are pruned, lowest index first
   */
  abstract void prune(long threshold, long ties, MaskBuilder mask) throws IOException;

  /** Hands out consecutive keys in pieces. */
  abstract void forEachPiece(KeyConsumer consumer) throws IOException;

  /** Receives keys in order. */
  @FunctionalInterface
  interface KeyConsumer {
    /** Takes {@code count} keys from the front of an array that is reused afterwards. */
    void accept(long[] keys, int count) throws IOException;
  }

  /** Counts down the ties that may still be pruned. */
  static final class TieBudget {
    private long left;

    TieBudget(long left) {
      this.left = left;
    }

    long left() {
      return left;
    }

    /**
     * Takes as many of the tied keys as are left, the first ones first.
     *
     * @param tied a bit for each of 64 keys
     * @return the bits of those to prune
     */
    long take(long tied) {
      long taken = tied;
      while (Long.bitCount(taken) > left) {
        taken ^= Long.highestOneBit(taken);
      }
      left -= Long.bitCount(taken);
      return taken;
    }
  }
}
