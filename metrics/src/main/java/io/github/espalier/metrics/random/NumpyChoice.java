package io.github.espalier.metrics.random;

import io.github.espalier.sd2.noise.MersenneTwister;
import java.util.Arrays;

/**
 * What NumPy's older generator, {@code RandomState}, chooses: without replacement the front of a
 * permutation by R. A. Fisher and F. Yates' shuffle from the back. A number up to a bound is drawn
 * by rejection, from as many low bits as the bound has. Source: NumPy, {@code
 * numpy/random/mtrand.pyx} and {@code src/distributions/distributions.c}.
 *
 * <p>Not safe for use by several threads.
 */
public final class NumpyChoice {
  private final MersenneTwister bits;

  /**
   * Starts the stream of a seed, as {@code numpy.random.RandomState(seed)} does.
   *
   * @param seed the seed's 32 bits
   */
  public NumpyChoice(int seed) {
    bits = new MersenneTwister(seed);
  }

  /**
   * Chooses as {@code choice(population, count, replace=False)} does.
   *
   * @param population how many there are
   * @param count how many are chosen
   * @return their numbers from 0 on, in the order of the draw
   * @throws IllegalArgumentException if the count is negative or above the population
   */
  public int[] draw(int population, int count) {
    if (count < 0 || count > population) {
      throw new IllegalArgumentException(
          "count is " + count + ", but must be from 0 to the population, " + population);
    }
    int[] order = new int[population];
    Arrays.setAll(order, i -> i);
    for (int i = population - 1; i > 0; i--) {
      int other = upTo(i);
      int moved = order[i];
      order[i] = order[other];
      order[other] = moved;
    }
    return Arrays.copyOf(order, count);
  }

  /**
   * Draws as {@code randint(0, population, count)} does.
   *
   * @param population how many there are, at least 1
   * @param count how many are drawn, at least 0
   * @return numbers from 0 on, each below the population; any may come several times
   * @throws IllegalArgumentException if the population is less than 1, or the count negative
   */
  public int[] drawWithReplacement(int population, int count) {
    if (population < 1 || count < 0) {
      throw new IllegalArgumentException(
          "draw " + count + " of " + population + ", expected at least 0 of at least 1");
    }
    int[] drawn = new int[count];
    if (population > 1) {
      Arrays.setAll(drawn, i -> upTo(population - 1));
    }
    return drawn;
  }

  private int upTo(int bound) {
    int mask = -1 >>> Integer.numberOfLeadingZeros(bound);
    int drawn;
    do {
      drawn = bits.next() & mask;
    } while (drawn > bound);
    return drawn;
  }
}
