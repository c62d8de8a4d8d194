package io.github.espalier.sd2.clip;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.architecture.TextEncoderConfig;
import io.github.espalier.sd2.nn.Attention;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Elementwise;
import io.github.espalier.sd2.nn.LayerNorm;
import io.github.espalier.sd2.nn.Linear;
import io.github.espalier.sd2.nn.ParameterSource;
import io.github.espalier.sd2.nn.SelfAttention;
import java.io.IOException;

/** A pre-norm transformer block: {@code x += attention(norm1(x)); x += mlp(norm2(x))}. */
final class TextBlock {
  private final String name;
  private final Elementwise.Activation activation;
  private final LayerNorm norm1;
  private final SelfAttention attention;
  private final LayerNorm norm2;
  private final Linear fc1;
  private final Linear fc2;

  TextBlock(ParameterSource source, String name, TextEncoderConfig config) throws IOException {
    this.name = name;
    int width = config.hiddenSize();
    activation =
        switch (config.hiddenAct()) {
          case GELU -> Elementwise.Activation.GELU;
          case QUICK_GELU -> Elementwise.Activation.QUICK_GELU;
        };
    double epsilon = config.layerNormEps();
    norm1 = LayerNorm.load(source, name + ".layer_norm1", width, epsilon);
    String self = name + ".self_attn.";
    attention =
        SelfAttention.load(
            source,
            new SelfAttention.Names(
                self + "q_proj", self + "k_proj", self + "v_proj", self + "out_proj", true),
            width,
            config.numAttentionHeads(),
            Attention.Mask.CAUSAL);
    norm2 = LayerNorm.load(source, name + ".layer_norm2", width, epsilon);
    fc1 = Linear.load(source, name + ".mlp.fc1", width, config.intermediateSize());
    fc2 = Linear.load(source, name + ".mlp.fc2", config.intermediateSize(), width);
  }

  String name() {
    return name;
  }

  void applyTo(Compute compute, FloatMatrix states, int samples) {
    compute.check();
    attention.addTo(compute, norm1.forward(compute, states), samples, states);

    FloatMatrix normed = norm2.forward(compute, states);
    FloatMatrix hidden = fc1.forward(compute, normed, samples);
    compute.release(normed);
    Elementwise.apply(compute, activation, hidden);
    fc2.addTo(compute, hidden, samples, states);
    compute.release(hidden);
  }
}
