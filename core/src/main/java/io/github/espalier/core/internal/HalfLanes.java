package io.github.espalier.core.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Works on four 16-bit numbers at a time, packed into a {@code long} with the first in the lowest
 * bits (SIMD within a register). Stateless.
 *
 * <p>Comparing magnitudes four at a time, and 64 into one mask word without a branch, is what makes
 * pruning F16 about as fast as copying it.
 */
public final class HalfLanes {
  /** Lanes in a {@code long}. */
  public static final int LANES = 4;

  /** Every bit but the signs. */
  public static final long MAGNITUDES = 0x7fff_7fff_7fff_7fffL;

  private static final long SIGNS = ~MAGNITUDES;
  private static final long EACH = 0x0001_0001_0001_0001L;
  private static final int LONGS_PER_WORD = 64 / LANES;

  /** For each four bits, a lane of ones for every set bit. */
  private static final long[] LANES_OF_BITS = lanesOfBits();

  private HalfLanes() {}

  private static long[] lanesOfBits() {
    long[] table = new long[1 << LANES];
    for (int bits = 0; bits < table.length; bits++) {
      for (int lane = 0; lane < LANES; lane++) {
        table[bits] |= (bits >>> lane & 1) == 0 ? 0 : 0xffffL << (16 * lane);
      }
    }
    return table;
  }

  /**
   * Reads numbers from the front of a buffer.
   *
   * @param bytes little-endian 16-bit numbers from position 0 to the limit
   * @param lanes receives them; the last {@code long} is filled up with zeros
   * @return how many numbers there are
   */
  public static int read(ByteBuffer bytes, long[] lanes) {
    ByteBuffer source = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(0);
    int whole = source.limit() / Long.BYTES;
    source.asLongBuffer().get(lanes, 0, whole);
    int numbers = source.limit() / Short.BYTES;
    if (whole * LANES < numbers) {
      lanes[whole] = 0;
      for (int i = whole * LANES; i < numbers; i++) {
        lanes[whole] |= (source.getShort(i * Short.BYTES) & 0xffffL) << (16 * (i % LANES));
      }
    }
    return numbers;
  }

  /**
   * Writes numbers back to the front of a buffer.
   *
   * @param lanes the numbers
   * @param bytes receives as many little-endian 16-bit numbers as fit between position 0 and limit
   */
  public static void write(long[] lanes, ByteBuffer bytes) {
    ByteBuffer target = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(0);
    int whole = target.limit() / Long.BYTES;
    target.asLongBuffer().put(lanes, 0, whole);
    for (int i = whole * LANES; i < target.limit() / Short.BYTES; i++) {
      target.putShort(i * Short.BYTES, (short) (lanes[whole] >>> (16 * (i % LANES))));
    }
  }

  /**
   * Repeats a number in every lane.
   *
   * @param number from 0 to 0xffff
   * @return four times the number
   */
  public static long repeat(int number) {
    return number * EACH;
  }

  /**
   * Compares up to 64 magnitudes with a limit.
   *
   * @param lanes numbers, of which the signs are ignored
   * @param from index of the first {@code long}
   * @param end index after the last {@code long}, at most 16 further
   * @param limits {@linkplain #repeat the limit in every lane}, at most 0x7fff
   * @return a bit for each number, set where its magnitude is less than the limit
   */
  public static long below(long[] lanes, int from, int end, long limits) {
    long bits = 0;
    for (int i = from; i < end; i++) {
      // With a guard bit above each lane no subtraction borrows from the next lane.
      long atLeast = ((lanes[i] & MAGNITUDES) | SIGNS) - limits;
      bits |= gather(~atLeast) << (LANES * (i - from));
    }
    return bits;
  }

  /**
   * Finds the magnitudes that equal a key among up to 64.
   *
   * @param lanes numbers, of which the signs are ignored
   * @param from index of the first {@code long}
   * @param end index after the last {@code long}, at most 16 further
   * @param keys {@linkplain #repeat the key in every lane}
   * @return a bit for each number, set where its magnitude is the key
   */
  public static long equal(long[] lanes, int from, int end, long keys) {
    long bits = 0;
    for (int i = from; i < end; i++) {
      bits |= gather(zeroSigns((lanes[i] ^ keys) & MAGNITUDES)) << (LANES * (i - from));
    }
    return bits;
  }

  /**
   * Counts zeros of either sign.
   *
   * @param lanes four numbers
   * @return from 0 to 4
   */
  public static int zeros(long lanes) {
    return Long.bitCount(zeroSigns(lanes & MAGNITUDES));
  }

  /**
   * Turns bits into lanes.
   *
   * @param bits a mask word
   * @param index which four of its bits, from 0 to 15
   * @return a lane of ones for every set bit, of zeros for every other
   */
  public static long select(long bits, int index) {
    return LANES_OF_BITS[(int) (bits >>> (LANES * index)) & (LANES_OF_BITS.length - 1)];
  }

  /**
   * Returns the index after the last {@code long} of a mask word.
   *
   * @param from index of its first {@code long}
   * @param numbers how many numbers there are in all
   * @return at most {@code from + 16}
   */
  public static int endOfWord(int from, int numbers) {
    return Math.min(from + LONGS_PER_WORD, (numbers + LANES - 1) / LANES);
  }

  /** Sets the sign bit of every lane whose magnitude is zero; adding 0x7fff carries otherwise. */
  private static long zeroSigns(long magnitudes) {
    return ~(magnitudes + MAGNITUDES) & SIGNS;
  }

  /** Moves the four sign bits to the lowest four bits: one product places them side by side. */
  private static long gather(long signs) {
    return ((((signs & SIGNS) >>> 15) * 0x0001_0002_0004_0008L) >>> 48) & 0xf;
  }
}
