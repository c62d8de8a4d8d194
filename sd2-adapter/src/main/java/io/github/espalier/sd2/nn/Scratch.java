package io.github.espalier.sd2.nn;

import java.util.Arrays;

/** Arrays that a thread uses again and again; each slot is one array, valid until its next use. */
final class Scratch {
  private static final int SLOTS = 16;
  private static final ThreadLocal<float[][]> ARRAYS =
      ThreadLocal.withInitial(
          () -> {
            float[][] arrays = new float[SLOTS][];
            Arrays.fill(arrays, new float[0]);
            return arrays;
          });

  private Scratch() {}

  static float[] floats(int slot, int length) {
    float[][] arrays = ARRAYS.get();
    if (arrays[slot].length < length) {
      arrays[slot] = new float[length];
    }
    return arrays[slot];
  }
}
