package io.github.espalier.sd2.scheduler;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * PNDM: linear multistep (Adams-Bashforth) on the network's outputs, each step then taken by
 * equation 9 of its paper, {@code x' = √(ᾱ'/ᾱ) x - (ᾱ' - ᾱ) e / (ᾱ √(1 - ᾱ') + √(ᾱ (1 - ᾱ) ᾱ'))}.
 *
 * <p>Multistep needs three past outputs. Without Runge-Kutta steps the order grows from one on: the
 * first step is taken, and taken again with the mean of the outputs at both of its ends, so the
 * second timestep comes twice. With them, the first three steps take four outputs each.
 *
 * <p>For a velocity, outputs are combined as they are, and the sum is turned into noise by the
 * latents of the moment, as in diffusers (huggingface/diffusers #14816).
 */
final class PndmSampler extends Sampler {
  private static final int STAGES = 4;
  private static final int RUNGE_KUTTA_STEPS = 3;
  private static final int RUNGE_KUTTA_CALLS = STAGES * RUNGE_KUTTA_STEPS;

  /** The newest output first. */
  private static final float[][] ADAMS_BASHFORTH = {
    {1}, {3, -1}, {23, -16, 5}, {55, -59, 37, -9},
  };

  private static final float[] ADAMS_BASHFORTH_DIVISOR = {1, 2, 12, 24};

  private final Alphas alphas;
  private final boolean velocity;
  private final boolean multistepOnly;
  private final int gap;
  private final Deque<float[]> outputs = new ArrayDeque<>();
  private float @Nullable [] start;
  private float @Nullable [] sum;

  PndmSampler(SchedulerConfig config, int steps) {
    super(timesteps(config, steps));
    alphas = new Alphas(config);
    velocity = config.predictionType() == PredictionType.V_PREDICTION;
    multistepOnly = config.skipPrkSteps();
    gap = config.noiseSchedule().timesteps() / steps;
  }

  private static double[] timesteps(SchedulerConfig config, int steps) {
    double[] plain = Timesteps.of(config, steps);
    if (config.skipPrkSteps()) {
      return steps == 1 ? plain : withSecondTwice(plain);
    }
    if (steps < STAGES) {
      throw new IllegalArgumentException(
          "steps: " + steps + " is less than " + STAGES + ", which skip_prk_steps false needs");
    }
    return withStages(plain, config.noiseSchedule().timesteps() / steps / 2);
  }

  private static double[] withSecondTwice(double[] plain) {
    double[] timesteps = new double[plain.length + 1];
    timesteps[0] = plain[0];
    timesteps[1] = plain[1];
    System.arraycopy(plain, 1, timesteps, 2, plain.length - 1);
    return timesteps;
  }

  /** Each Runge-Kutta step evaluates its beginning, twice its middle, and its end. */
  private static double[] withStages(double[] plain, int half) {
    double[] timesteps = new double[RUNGE_KUTTA_CALLS + plain.length - RUNGE_KUTTA_STEPS];
    for (int step = 0; step < RUNGE_KUTTA_STEPS; step++) {
      double middle = plain[step + 1] + half;
      timesteps[STAGES * step] = plain[step];
      timesteps[STAGES * step + 1] = middle;
      timesteps[STAGES * step + 2] = middle;
      timesteps[STAGES * step + 3] = plain[step + 1];
    }
    System.arraycopy(
        plain, RUNGE_KUTTA_STEPS, timesteps, RUNGE_KUTTA_CALLS, plain.length - RUNGE_KUTTA_STEPS);
    return timesteps;
  }

  @Override
  void update(int index, float[] output, float[] latents) {
    if (multistepOnly && index < 2) {
      startMultistep(index, output, latents);
    } else if (!multistepOnly && index < RUNGE_KUTTA_CALLS) {
      rungeKutta(index, output, latents);
    } else {
      remember(output);
      transfer(timestep(index), timestep(index) - gap, combined(), latents);
    }
  }

  /** The first step, and the same step from the same latents with a better slope. */
  private void startMultistep(int index, float[] output, float[] latents) {
    if (index == 0) {
      remember(output);
      start = latents.clone();
      transfer(timestep(0), timestep(0) - gap, output, latents);
      return;
    }
    float[] first = outputs.getFirst();
    float[] mean = new float[output.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (output[i] + first[i]) / 2;
    }
    restart(latents);
    start = null;
    transfer(timestep(1) + gap, timestep(1), mean, latents);
  }

  /** Each stage starts from the same latents; the last one takes the weighted sum. */
  private void rungeKutta(int index, float[] output, float[] latents) {
    int stage = index % STAGES;
    if (stage == 0) {
      remember(output);
      start = latents.clone();
      sum = new float[output.length];
    }
    float[] slope = output;
    float[] total = sum;
    if (total != null) {
      float weight = (float) (stage == 0 || stage == STAGES - 1 ? 1.0 / 6 : 1.0 / 3);
      for (int i = 0; i < total.length; i++) {
        total[i] += weight * output[i];
      }
      slope = stage == STAGES - 1 ? total : output;
    }
    restart(latents);
    int end = timestep(index) - (stage % 2 == 0 ? gap / 2 : 0);
    transfer(timestep(index - stage), end, slope, latents);
  }

  private void restart(float[] latents) {
    if (start != null) {
      System.arraycopy(start, 0, latents, 0, latents.length);
    }
  }

  private void remember(float[] output) {
    outputs.addFirst(output.clone());
    if (outputs.size() > STAGES) {
      outputs.removeLast();
    }
  }

  private float[] combined() {
    float[] weights = ADAMS_BASHFORTH[outputs.size() - 1];
    float divisor = ADAMS_BASHFORTH_DIVISOR[outputs.size() - 1];
    float[] total = new float[outputs.getFirst().length];
    Iterator<float[]> each = outputs.iterator();
    for (float weight : weights) {
      float[] output = each.next();
      for (int i = 0; i < total.length; i++) {
        total[i] += weight * output[i];
      }
    }
    for (int i = 0; i < total.length; i++) {
      total[i] /= divisor;
    }
    return total;
  }

  private void transfer(int from, int to, float[] output, float[] latents) {
    float alpha = alphas.at(from);
    float nextAlpha = alphas.at(to);
    float rootAlpha = root(alpha);
    float rootBeta = root(1 - alpha);
    float scale = root(nextAlpha / alpha);
    float difference = nextAlpha - alpha;
    float divisor = alpha * root(1 - nextAlpha) + root(alpha * (1 - alpha) * nextAlpha);
    for (int i = 0; i < latents.length; i++) {
      float noise = velocity ? rootAlpha * output[i] + rootBeta * latents[i] : output[i];
      latents[i] = scale * latents[i] - difference * noise / divisor;
    }
  }
}
