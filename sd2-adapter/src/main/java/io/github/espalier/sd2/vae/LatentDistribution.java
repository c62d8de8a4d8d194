package io.github.espalier.sd2.vae;

/**
 * Independent normal distributions of latents, as an encoder makes them. Immutable.
 *
 * <p>Not yet multiplied by the scaling factor.
 */
public final class LatentDistribution {
  private final int samples;
  private final int height;
  private final int width;
  private final int channels;
  private final float[] mean;
  private final float[] logVariance;

  LatentDistribution(
      int samples, int height, int width, int channels, float[] mean, float[] logVariance) {
    this.samples = samples;
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.mean = mean;
    this.logVariance = logVariance;
  }

  /**
   * Returns the number of images.
   *
   * @return samples
   */
  public int samples() {
    return samples;
  }

  /**
   * Returns the height of the latents.
   *
   * @return rows
   */
  public int height() {
    return height;
  }

  /**
   * Returns the width of the latents.
   *
   * @return columns
   */
  public int width() {
    return width;
  }

  /**
   * Returns the channels of the latents.
   *
   * @return channels
   */
  public int channels() {
    return channels;
  }

  /**
   * Returns the means.
   *
   * @return a copy, channels last
   */
  public float[] mean() {
    return mean.clone();
  }

  /**
   * Returns the logarithms of the variances.
   *
   * @return a copy, channels last; from -30 to 20
   */
  public float[] logVariance() {
    return logVariance.clone();
  }

  /**
   * Draws latents, {@code mean + exp(logVariance / 2) * noise}.
   *
   * @param noise standard normal numbers, channels last
   * @return latents, channels last
   * @throws IllegalArgumentException if there are not as many numbers as latents
   */
  public float[] sample(float[] noise) {
    if (noise.length != mean.length) {
      throw new IllegalArgumentException(
          noise.length + " numbers of noise were given for " + mean.length + " latents");
    }
    float[] sample = new float[mean.length];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = mean[i] + (float) Math.exp(0.5 * logVariance[i]) * noise[i];
    }
    return sample;
  }
}
