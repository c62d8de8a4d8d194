package io.github.espalier.sd2.scheduler;

import io.github.espalier.sd2.noise.TorchRandom;
import org.jspecify.annotations.Nullable;

/**
 * DDIM, equation 12 of its paper: {@code x' = √ᾱ' x₀ + √(1 - ᾱ' - σ²) ε + σ z} with {@code σ² = η²
 * (1 - ᾱ') / (1 - ᾱ) · (1 - ᾱ / ᾱ')}, equation 16, and {@code z} noise.
 *
 * <p>The step always spans {@code training / steps} timesteps, rounded down, even where the spacing
 * is another, as in diffusers (huggingface/diffusers #11347).
 */
final class DdimSampler extends Sampler {
  private final SchedulerConfig config;
  private final Alphas alphas;
  private final int gap;
  private final float eta;
  private final @Nullable TorchRandom noise;

  DdimSampler(SchedulerConfig config, int steps, double eta, @Nullable TorchRandom noise) {
    super(Timesteps.of(config, steps));
    this.config = config;
    this.alphas = new Alphas(config);
    this.gap = config.noiseSchedule().timesteps() / steps;
    this.eta = (float) eta;
    this.noise = noise;
  }

  @Override
  void update(int index, float[] output, float[] latents) {
    int timestep = timestep(index);
    float alpha = alphas.at(timestep);
    float nextAlpha = alphas.at(timestep - gap);
    float rootAlpha = root(alpha);
    float rootBeta = root(1 - alpha);
    float rootNextAlpha = root(nextAlpha);
    float deviation = eta * root(variance(timestep, timestep - gap));
    float direction = root(1 - nextAlpha - deviation * deviation);
    boolean velocity = config.predictionType() == PredictionType.V_PREDICTION;
    float clip = (float) config.clipRange().orElse(Double.POSITIVE_INFINITY);
    for (int i = 0; i < latents.length; i++) {
      float image;
      float epsilon;
      if (velocity) {
        image = rootAlpha * latents[i] - rootBeta * output[i];
        epsilon = rootAlpha * output[i] + rootBeta * latents[i];
      } else {
        image = (latents[i] - rootBeta * output[i]) / rootAlpha;
        epsilon = output[i];
      }
      image = Math.max(-clip, Math.min(clip, image));
      latents[i] = rootNextAlpha * image + direction * epsilon;
    }
    addNoise(latents, deviation);
  }

  /** The variance of the noise added between two timesteps at {@code η = 1}. */
  float variance(int timestep, int nextTimestep) {
    float alpha = alphas.at(timestep);
    float nextAlpha = alphas.at(nextTimestep);
    return ((1 - nextAlpha) / (1 - alpha)) * (1 - alpha / nextAlpha);
  }

  /** Noise is drawn even where its deviation is 0, so that the stream goes on as in diffusers. */
  private void addNoise(float[] latents, float deviation) {
    if (noise == null) {
      return;
    }
    float[] drawn = noise.normals(latents.length);
    for (int i = 0; i < latents.length; i++) {
      latents[i] += deviation * drawn[i];
    }
  }
}
