package io.github.espalier.metrics.coco;

import io.github.espalier.sd2.noise.MersenneTwister;
import java.util.Arrays;

/**
 * What NumPy's older generator, {@code RandomState}, chooses: the front of a permutation by R. A.
 * Fisher and F. Yates' shuffle from the back. A number up to a bound is drawn by rejection, from as
 * many low bits as the bound has. Source: NumPy, {@code numpy/random/mtrand.pyx} and {@code
 * src/distributions/distributions.c}.
 */
final class NumpyChoice {
  private NumpyChoice() {}

  static int[] withoutReplacement(int population, int count, int seed) {
    MersenneTwister bits = new MersenneTwister(seed);
    int[] order = new int[population];
    Arrays.setAll(order, i -> i);
    for (int i = population - 1; i > 0; i--) {
      int other = upTo(i, bits);
      int moved = order[i];
      order[i] = order[other];
      order[other] = moved;
    }
    return Arrays.copyOf(order, count);
  }

  private static int upTo(int bound, MersenneTwister bits) {
    int mask = -1 >>> Integer.numberOfLeadingZeros(bound);
    int drawn;
    do {
      drawn = bits.next() & mask;
    } while (drawn > bound);
    return drawn;
  }
}
