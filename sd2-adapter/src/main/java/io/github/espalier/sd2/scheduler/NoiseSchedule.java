package io.github.espalier.sd2.scheduler;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How much noise there is at each timestep of training: {@code β}, and {@code ᾱ}, the product of
 * {@code 1 - β} up to the timestep. An image at timestep {@code t} is {@code √ᾱ x₀ + √(1 - ᾱ) ε}.
 *
 * <p>Computed as diffusers does: {@code β} and {@code 1 - β} are F32, their product runs in F64,
 * and each {@code ᾱ} is rounded to F32. For Stable Diffusion's schedule every {@code ᾱ} equals that
 * of diffusers with PyTorch 2.15. The schedule vectors in single files are computed in F64
 * throughout and differ from these by up to 4.7e-7.
 *
 * <p>Instances are immutable and equal where all {@code β} are. Source: J. Ho, A. Jain, P. Abbeel,
 * <i>Denoising Diffusion Probabilistic Models</i>, NeurIPS 2020, equation 4.
 */
public final class NoiseSchedule {
  private static final int MOST_TIMESTEPS = 1_000_000;
  private static final double MOST_COSINE_BETA = 0.999;
  private static final double COSINE_OFFSET = 0.008;

  private static final NoiseSchedule STABLE_DIFFUSION =
      of(BetaSchedule.SCALED_LINEAR, 0.00085, 0.012, 1000);

  private final float[] betas;
  private final float[] alphas;

  private NoiseSchedule(float[] betas) {
    this.betas = betas;
    this.alphas = new float[betas.length];
    double product = 1;
    for (int t = 0; t < betas.length; t++) {
      if (!(betas[t] >= 0 && betas[t] < 1)) {
        throw new IllegalArgumentException(
            "betas: " + betas[t] + " at timestep " + t + " is not from 0 to below 1");
      }
      product *= 1 - betas[t];
      alphas[t] = (float) product;
      if (!(alphas[t] > 0 && alphas[t] < 1)) {
        throw new IllegalArgumentException(
            "betas: the product of 1 - beta up to timestep "
                + t
                + " is "
                + alphas[t]
                + ", expected it between 0 and 1");
      }
    }
  }

  /**
   * Computes a schedule from its curve.
   *
   * @param curve the curve
   * @param first {@code β} of the first timestep, above 0 and below 1
   * @param last {@code β} of the last timestep, above 0 and below 1
   * @param timesteps number of timesteps of training, 1 to a million; 1000
   * @return the schedule
   * @throws IllegalArgumentException if a value is out of its range, or so little noise is left in
   *     or so little of the image that {@code ᾱ} rounds to 1 or 0
   */
  public static NoiseSchedule of(BetaSchedule curve, double first, double last, int timesteps) {
    checkBeta("beta_start", first);
    checkBeta("beta_end", last);
    checkTimesteps("num_train_timesteps", timesteps);
    return new NoiseSchedule(
        switch (curve) {
          case LINEAR -> linear((float) first, (float) last, timesteps);
          case SCALED_LINEAR -> scaledLinear(first, last, timesteps);
          case SQUARED_COSINE -> squaredCosine(timesteps);
        });
  }

  /**
   * Makes a schedule of given values: {@code trained_betas}.
   *
   * @param betas {@code β} of each timestep, each from 0 to below 1, 1 to a million of them
   * @return the schedule
   * @throws IllegalArgumentException if there are too few or too many, one is out of its range, or
   *     so little noise is left in or so little of the image that {@code ᾱ} rounds to 1 or 0
   */
  public static NoiseSchedule ofBetas(float... betas) {
    checkTimesteps("betas", betas.length);
    return new NoiseSchedule(betas.clone());
  }

  /**
   * Returns the schedule of all published models of Stable Diffusion 1 and 2.
   *
   * @return scaled linear from 0.00085 to 0.012 in 1000 timesteps
   */
  public static NoiseSchedule stableDiffusion() {
    return STABLE_DIFFUSION;
  }

  /**
   * Returns the number of timesteps of training.
   *
   * @return at least 1; 1000
   */
  public int timesteps() {
    return betas.length;
  }

  /**
   * Returns {@code β} of a timestep.
   *
   * @param timestep from 0 to {@link #timesteps()} - 1
   * @return from 0 to below 1
   * @throws IndexOutOfBoundsException if there is no such timestep
   */
  public float beta(int timestep) {
    return betas[timestep];
  }

  /**
   * Returns {@code ᾱ} of a timestep: the share of the image in the variance.
   *
   * @param timestep from 0 to {@link #timesteps()} - 1
   * @return above 0 and below 1, not growing with the timestep
   * @throws IndexOutOfBoundsException if there is no such timestep
   */
  public float alphaCumulative(int timestep) {
    return alphas[timestep];
  }

  /** The standard deviation of noise over that of the image: {@code σ = √((1 - ᾱ) / ᾱ)}. */
  float sigma(int timestep) {
    float alpha = alphas[timestep];
    return (float) Math.sqrt((1 - alpha) / alpha);
  }

  private static float[] scaledLinear(double first, double last, int timesteps) {
    float[] values = linear((float) Math.sqrt(first), (float) Math.sqrt(last), timesteps);
    for (int t = 0; t < timesteps; t++) {
      values[t] *= values[t];
    }
    return values;
  }

  /** PyTorch's linspace counts from the nearer end, with one rounding for product and sum. */
  private static float[] linear(float first, float last, int timesteps) {
    float[] values = new float[timesteps];
    float step = timesteps == 1 ? 0 : (last - first) / (timesteps - 1);
    for (int t = 0; t < timesteps; t++) {
      values[t] =
          t < timesteps / 2 || timesteps == 1
              ? Math.fma(step, t, first)
              : Math.fma(-step, timesteps - 1 - t, last);
    }
    return values;
  }

  private static float[] squaredCosine(int timesteps) {
    float[] values = new float[timesteps];
    for (int t = 0; t < timesteps; t++) {
      double kept = imageShare((t + 1) / (double) timesteps) / imageShare(t / (double) timesteps);
      values[t] = (float) Math.min(1 - kept, MOST_COSINE_BETA);
    }
    return values;
  }

  private static double imageShare(double time) {
    double cosine = StrictMath.cos((time + COSINE_OFFSET) / (1 + COSINE_OFFSET) * Math.PI / 2);
    return cosine * cosine;
  }

  private static void checkBeta(String name, double beta) {
    if (!(beta > 0 && beta < 1)) {
      throw new IllegalArgumentException(name + ": " + beta + " is not above 0 and below 1");
    }
  }

  private static void checkTimesteps(String name, int timesteps) {
    if (timesteps < 1 || timesteps > MOST_TIMESTEPS) {
      throw new IllegalArgumentException(
          name + ": " + timesteps + " timesteps are not from 1 to " + MOST_TIMESTEPS);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NoiseSchedule schedule && Arrays.equals(betas, schedule.betas);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(betas);
  }

  /**
   * Returns the number of timesteps and the ends.
   *
   * @return a short description
   */
  @Override
  public String toString() {
    return "NoiseSchedule["
        + betas.length
        + " timesteps, beta "
        + betas[0]
        + " to "
        + betas[betas.length - 1]
        + "]";
  }
}
