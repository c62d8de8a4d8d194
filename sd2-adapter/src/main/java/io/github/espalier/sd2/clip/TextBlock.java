package io.github.espalier.sd2.clip;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.architecture.TextEncoderConfig;
import io.github.espalier.sd2.nn.Attention;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Elementwise;
import io.github.espalier.sd2.nn.LayerNorm;
import io.github.espalier.sd2.nn.Linear;
import io.github.espalier.sd2.nn.ParameterSource;
import java.io.IOException;
import java.util.List;

/** A pre-norm transformer block: {@code x += attention(norm1(x)); x += mlp(norm2(x))}. */
final class TextBlock {
  private final String name;
  private final int width;
  private final int heads;
  private final Elementwise.Activation activation;
  private final LayerNorm norm1;
  private final Linear projections;
  private final Linear out;
  private final LayerNorm norm2;
  private final Linear fc1;
  private final Linear fc2;

  TextBlock(ParameterSource source, String name, TextEncoderConfig config) throws IOException {
    this.name = name;
    width = config.hiddenSize();
    heads = config.numAttentionHeads();
    activation =
        switch (config.hiddenAct()) {
          case GELU -> Elementwise.Activation.GELU;
          case QUICK_GELU -> Elementwise.Activation.QUICK_GELU;
        };
    double epsilon = config.layerNormEps();
    norm1 = LayerNorm.load(source, name + ".layer_norm1", width, epsilon);
    String attention = name + ".self_attn.";
    projections =
        Linear.loadFused(
            source,
            List.of(attention + "q_proj", attention + "k_proj", attention + "v_proj"),
            width,
            width,
            true);
    out = Linear.load(source, attention + "out_proj", width, width);
    norm2 = LayerNorm.load(source, name + ".layer_norm2", width, epsilon);
    fc1 = Linear.load(source, name + ".mlp.fc1", width, config.intermediateSize());
    fc2 = Linear.load(source, name + ".mlp.fc2", config.intermediateSize(), width);
  }

  String name() {
    return name;
  }

  void applyTo(Compute compute, FloatMatrix states, int samples) {
    compute.check();
    FloatMatrix normed = norm1.forward(compute, states);
    FloatMatrix all = projections.forward(compute, normed, samples);
    compute.release(normed);
    double scale = 1 / Math.sqrt((double) width / heads);
    FloatMatrix attended =
        new Attention(samples, heads, scale, Attention.Mask.CAUSAL)
            .forward(
                compute,
                all.columns(0, width),
                all.columns(width, width),
                all.columns(2 * width, width));
    compute.release(all);
    out.addTo(compute, attended, samples, states);
    compute.release(attended);

    normed = norm2.forward(compute, states);
    FloatMatrix hidden = fc1.forward(compute, normed, samples);
    compute.release(normed);
    Elementwise.apply(compute, activation, hidden);
    fc2.addTo(compute, hidden, samples, states);
    compute.release(hidden);
  }
}
