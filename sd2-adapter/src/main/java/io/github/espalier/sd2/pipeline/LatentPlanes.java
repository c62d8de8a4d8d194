package io.github.espalier.sd2.pipeline;

import io.github.espalier.core.tensor.FloatMatrix;

/** Turns latents from channels first into channels last, and back. */
final class LatentPlanes {
  private LatentPlanes() {}

  static void channelsLast(float[] planes, FloatMatrix matrix) {
    int channels = matrix.columns();
    int pixels = matrix.rows();
    float[] row = new float[channels];
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int channel = 0; channel < channels; channel++) {
        row[channel] = planes[channel * pixels + pixel];
      }
      matrix.put(pixel, 0, row, 0, channels);
    }
  }

  static float[] channelsFirst(FloatMatrix matrix) {
    int pixels = matrix.rows();
    int channels = matrix.columns();
    float[] rows = matrix.toArray();
    float[] planes = new float[rows.length];
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int channel = 0; channel < channels; channel++) {
        planes[channel * pixels + pixel] = rows[pixel * channels + channel];
      }
    }
    return planes;
  }
}
