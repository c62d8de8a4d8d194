package io.github.espalier.sd2.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * DPM-Solver++(2M) in its midpoint form. With {@code α = 1/√(σ² + 1)}, {@code s = σ α}, {@code λ =
 * ln(α/s)}, the step {@code h} in {@code λ}, {@code m} the predicted image and a prime at the end
 * of the step: {@code x' = (s'/s) x - α'(e⁻ʰ - 1) m}, less half of {@code α'(e⁻ʰ - 1)(m - m₋₁)/r}
 * with {@code r} the step before over this one. First and last step leave out the second part: the
 * first has no past, and the last ends where {@code λ} is infinite.
 */
final class DpmSolverSampler extends Sampler {
  private final float[] sigmas;
  private final boolean velocity;
  private float @Nullable [] before;

  DpmSolverSampler(SchedulerConfig config, int steps) {
    super(Timesteps.of(config, steps));
    sigmas = Sigmas.of(config.noiseSchedule(), timesteps());
    velocity = config.predictionType() == PredictionType.V_PREDICTION;
  }

  @Override
  void update(int index, float[] output, float[] latents) {
    float[] image = image(index, output, latents);
    float[] past = before;
    float step = lambda(index + 1) - lambda(index);
    float kept = signalShare(index + 1) * ((float) Math.exp(-step) - 1);
    float ratio = noiseShare(index + 1) / noiseShare(index);
    if (past == null || index == calls() - 1) {
      for (int i = 0; i < latents.length; i++) {
        latents[i] = ratio * latents[i] - kept * image[i];
      }
    } else {
      float inverse = 1 / ((lambda(index) - lambda(index - 1)) / step);
      float half = 0.5f * kept;
      for (int i = 0; i < latents.length; i++) {
        float slope = inverse * (image[i] - past[i]);
        latents[i] = ratio * latents[i] - kept * image[i] - half * slope;
      }
    }
    before = image;
  }

  private float[] image(int index, float[] output, float[] latents) {
    float signal = signalShare(index);
    float noise = noiseShare(index);
    float[] image = new float[latents.length];
    for (int i = 0; i < latents.length; i++) {
      image[i] =
          velocity
              ? signal * latents[i] - noise * output[i]
              : (latents[i] - noise * output[i]) / signal;
    }
    return image;
  }

  private float signalShare(int index) {
    return 1 / root(sigmas[index] * sigmas[index] + 1);
  }

  private float noiseShare(int index) {
    return sigmas[index] * signalShare(index);
  }

  private float lambda(int index) {
    return (float) Math.log(signalShare(index)) - (float) Math.log(noiseShare(index));
  }
}
