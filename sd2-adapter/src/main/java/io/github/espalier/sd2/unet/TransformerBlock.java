package io.github.espalier.sd2.unet;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.nn.Attention;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Geglu;
import io.github.espalier.sd2.nn.LayerNorm;
import io.github.espalier.sd2.nn.Linear;
import io.github.espalier.sd2.nn.ParameterSource;
import io.github.espalier.sd2.nn.SelfAttention;
import java.io.IOException;
import java.util.List;

/** Self-attention, cross-attention to the text, and a gated feed-forward, each on a residual. */
final class TransformerBlock {
  private static final double EPSILON = 1e-5;

  private final int width;
  private final int heads;
  private final LayerNorm norm1;
  private final SelfAttention selfAttention;
  private final LayerNorm norm2;
  private final Linear crossQuery;
  private final Linear crossProjections;
  private final Linear crossOut;
  private final LayerNorm norm3;
  private final Geglu gate;
  private final Linear feedForwardOut;

  TransformerBlock(ParameterSource source, String name, int width, int heads, int contextWidth)
      throws IOException {
    this.width = width;
    this.heads = heads;
    norm1 = LayerNorm.load(source, name + ".norm1", width, EPSILON);
    selfAttention =
        SelfAttention.load(
            source,
            SelfAttention.Names.diffusers(name + ".attn1", false),
            width,
            heads,
            Attention.Mask.NONE);
    norm2 = LayerNorm.load(source, name + ".norm2", width, EPSILON);
    String cross = name + ".attn2.";
    crossQuery = Linear.loadWithoutBias(source, cross + "to_q", width, width);
    crossProjections =
        Linear.loadFused(
            source, List.of(cross + "to_k", cross + "to_v"), contextWidth, width, false);
    crossOut = Linear.load(source, cross + "to_out.0", width, width);
    norm3 = LayerNorm.load(source, name + ".norm3", width, EPSILON);
    gate = Geglu.load(source, name + ".ff.net.0.proj", width, 4 * width);
    feedForwardOut = Linear.load(source, name + ".ff.net.2", 4 * width, width);
  }

  void applyTo(Compute compute, FloatMatrix states, FloatMatrix context, int samples) {
    compute.check();
    selfAttention.addTo(compute, norm1.forward(compute, states), samples, states);

    FloatMatrix normed = norm2.forward(compute, states);
    FloatMatrix queries = crossQuery.forward(compute, normed, samples);
    compute.release(normed);
    FloatMatrix text = crossProjections.forward(compute, context, samples);
    FloatMatrix attended =
        new Attention(samples, heads, 1 / Math.sqrt((double) width / heads), Attention.Mask.NONE)
            .forward(compute, queries, text.columns(0, width), text.columns(width, width));
    compute.release(queries);
    compute.release(text);
    crossOut.addTo(compute, attended, samples, states);
    compute.release(attended);

    normed = norm3.forward(compute, states);
    FloatMatrix hidden = gate.forward(compute, normed, samples);
    compute.release(normed);
    feedForwardOut.addTo(compute, hidden, samples, states);
    compute.release(hidden);
  }
}
