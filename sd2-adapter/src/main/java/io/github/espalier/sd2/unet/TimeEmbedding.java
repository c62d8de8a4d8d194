package io.github.espalier.sd2.unet;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Elementwise;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.Linear;
import io.github.espalier.sd2.nn.ParameterSource;
import java.io.IOException;

/**
 * A timestep as sinusoids of it, then two linear layers with a SiLU between.
 *
 * <p>Sinusoids: cosines, then sines, of {@code t 10000^(-i / half)}. Sources: Vaswani et al.
 * (2017); {@code get_timestep_embedding} of diffusers with {@code flip_sin_to_cos} and {@code
 * freq_shift} 0.
 */
final class TimeEmbedding {
  private final int sinusoids;
  private final Linear linear1;
  private final Linear linear2;

  TimeEmbedding(ParameterSource source, int sinusoids, int width) throws IOException {
    this.sinusoids = sinusoids;
    linear1 = Linear.load(source, "time_embedding.linear_1", sinusoids, width);
    linear2 = Linear.load(source, "time_embedding.linear_2", width, width);
  }

  /** Makes the SiLU of the embedding, which is what all residual blocks start from. */
  FloatMatrix forward(Compute compute, double timestep) {
    FloatMatrix waves = compute.take(1, sinusoids);
    waves.put(0, 0, sinusoids(timestep, sinusoids), 0, sinusoids);
    compute.output("time_proj", new FeatureMap(waves, 1, 1, 1));
    FloatMatrix hidden = linear1.forward(compute, waves, 1);
    compute.release(waves);
    Elementwise.apply(compute, Elementwise.Activation.SILU, hidden);
    FloatMatrix embedding = linear2.forward(compute, hidden, 1);
    compute.release(hidden);
    compute.output("time_embedding", new FeatureMap(embedding, 1, 1, 1));
    Elementwise.apply(compute, Elementwise.Activation.SILU, embedding);
    return embedding;
  }

  /**
   * Computes the sinusoids. Frequencies and angles are rounded to binary32 as in PyTorch, since at
   * timestep 981 that moves an angle by up to 3e-5.
   */
  static float[] sinusoids(double timestep, int width) {
    int half = width / 2;
    float[] waves = new float[width];
    float factor = (float) -Math.log(10000);
    for (int i = 0; i < half; i++) {
      float frequency = (float) Math.exp(factor * i / half);
      float angle = (float) timestep * frequency;
      waves[i] = (float) Math.cos(angle);
      waves[half + i] = (float) Math.sin(angle);
    }
    return waves;
  }
}
