package io.github.espalier.sd2.noise;

/**
 * MT19937: M. Matsumoto, T. Nishimura, <i>Mersenne Twister</i>, ACM TOMACS 8 (1998), with the
 * initialisation from one 32-bit seed of the authors' revision of 2002. PyTorch's CPU generator and
 * NumPy's {@code RandomState} draw these bits.
 *
 * <p>Instances are not safe for use by several threads.
 */
public final class MersenneTwister {
  private static final int WORDS = 624;
  private static final int MIDDLE = 397;
  private static final int TWIST = 0x9908b0df;
  private static final int SEED_FACTOR = 1812433253;

  private final int[] state = new int[WORDS];
  private int used = WORDS;

  /**
   * Starts the stream of a seed.
   *
   * @param seed any 32 bits
   */
  public MersenneTwister(int seed) {
    state[0] = seed;
    for (int i = 1; i < WORDS; i++) {
      int before = state[i - 1];
      state[i] = SEED_FACTOR * (before ^ (before >>> 30)) + i;
    }
  }

  /**
   * Draws bits.
   *
   * @return the next 32 bits
   */
  public int next() {
    if (used == WORDS) {
      renew();
    }
    int word = state[used++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return word ^ (word >>> 18);
  }

  private void renew() {
    for (int i = 0; i < WORDS; i++) {
      int following = state[(i + 1) % WORDS];
      int joined = (state[i] & Integer.MIN_VALUE) | (following & Integer.MAX_VALUE);
      int twisted = (joined >>> 1) ^ ((following & 1) == 0 ? 0 : TWIST);
      state[i] = state[(i + MIDDLE) % WORDS] ^ twisted;
    }
    used = 0;
  }
}
