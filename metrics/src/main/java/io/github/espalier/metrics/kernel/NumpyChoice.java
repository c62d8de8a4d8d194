package io.github.espalier.metrics.kernel;

import java.util.Arrays;

/**
 * Draws without replacement as NumPy's {@code RandomState(seed).choice(n, size, replace=False)}
 * does, which the reference implementations of KID use: the Mersenne Twister MT19937 (M. Matsumoto
 * and T. Nishimura, ACM Transactions on Modeling and Computer Simulation 8, 1998), a shuffle of all
 * from the last to the second, and each index by masking and rejection.
 */
final class NumpyChoice {
  private static final int SIZE = 624;
  private static final int SHIFT = 397;

  private final int[] state = new int[SIZE];
  private int next = SIZE;

  NumpyChoice(int seed) {
    state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  int[] draw(int population, int count) {
    int[] order = new int[population];
    for (int i = 0; i < population; i++) {
      order[i] = i;
    }
    for (int i = population - 1; i > 0; i--) {
      int j = upTo(i);
      int drawn = order[j];
      order[j] = order[i];
      order[i] = drawn;
    }
    return Arrays.copyOf(order, count);
  }

  private int upTo(int most) {
    int mask = -1 >>> Integer.numberOfLeadingZeros(most);
    int value = bits() & mask;
    while (value > most) {
      value = bits() & mask;
    }
    return value;
  }

  private int bits() {
    if (next == SIZE) {
      for (int i = 0; i < SIZE; i++) {
        int joined = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
        int twist = (joined & 1) == 0 ? 0 : 0x9908b0df;
        state[i] = state[(i + SHIFT) % SIZE] ^ (joined >>> 1) ^ twist;
      }
      next = 0;
    }
    int value = state[next++];
    value ^= value >>> 11;
    value ^= (value << 7) & 0x9d2c5680;
    value ^= (value << 15) & 0xefc60000;
    return value ^ (value >>> 18);
  }
}
