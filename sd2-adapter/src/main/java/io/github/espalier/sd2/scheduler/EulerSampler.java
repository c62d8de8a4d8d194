package io.github.espalier.sd2.scheduler;

/**
 * Euler's method on {@code dx/dσ = (x - x₀) / σ}, with {@code x} the image plus {@code σ} times
 * noise, and a last {@code σ} of 0.
 *
 * <p>The network is given {@code x / √(σ² + 1)}. With the output {@code o}, {@code x₀ = x - σ o},
 * or {@code x / (σ² + 1) - o σ / √(σ² + 1)} for a velocity.
 */
final class EulerSampler extends Sampler {
  private final float[] sigmas;
  private final boolean velocity;
  private final double initialNoiseScale;

  EulerSampler(SchedulerConfig config, int steps) {
    super(Timesteps.of(config, steps));
    sigmas = Sigmas.of(config.noiseSchedule(), timesteps());
    velocity = config.predictionType() == PredictionType.V_PREDICTION;
    float most = sigmas[0];
    initialNoiseScale = config.spacing() == TimestepSpacing.LEADING ? root(most * most + 1) : most;
  }

  @Override
  public double initialNoiseScale() {
    return initialNoiseScale;
  }

  @Override
  void scale(int index, float[] latents, float[] scaled) {
    float sigma = sigmas[index];
    float divisor = root(sigma * sigma + 1);
    for (int i = 0; i < latents.length; i++) {
      scaled[i] = latents[i] / divisor;
    }
  }

  @Override
  void update(int index, float[] output, float[] latents) {
    float sigma = sigmas[index];
    float change = sigmas[index + 1] - sigma;
    float square = sigma * sigma + 1;
    float outputShare = -sigma / root(square);
    for (int i = 0; i < latents.length; i++) {
      float image =
          velocity ? output[i] * outputShare + latents[i] / square : latents[i] - sigma * output[i];
      latents[i] += (latents[i] - image) / sigma * change;
    }
  }
}
