package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;
import java.io.IOException;

/**
 * A block of CLIP's transformers: {@code x += attention(norm1(x)); x += mlp(norm2(x))}, where the
 * perceptron has two linear layers with an activation in between.
 *
 * <p>Sources: Radford et al., "Language Models are Unsupervised Multitask Learners" (2019), section
 * 2.3, for norms that come first; {@code CLIPEncoderLayer} of transformers for the names.
 * Immutable; safe for use by many threads, each with its own {@link Compute}.
 */
public final class TransformerBlock {
  private final String name;
  private final Elementwise.Activation activation;
  private final LayerNorm norm1;
  private final SelfAttention attention;
  private final LayerNorm norm2;
  private final Linear fc1;
  private final Linear fc2;

  /**
   * What blocks of one transformer have in common.
   *
   * @param width columns of the states, a multiple of the number of heads
   * @param intermediate columns between the two linear layers
   * @param heads number of heads
   * @param activation between the two linear layers
   * @param epsilon of the layer norms
   * @param mask which states a state may look at
   */
  public record Sizes(
      int width,
      int intermediate,
      int heads,
      Elementwise.Activation activation,
      double epsilon,
      Attention.Mask mask) {}

  private TransformerBlock(ParameterSource source, String name, Sizes sizes) throws IOException {
    this.name = name;
    int width = sizes.width();
    activation = sizes.activation();
    norm1 = LayerNorm.load(source, name + ".layer_norm1", width, sizes.epsilon());
    String self = name + ".self_attn.";
    attention =
        SelfAttention.load(
            source,
            new SelfAttention.Names(
                self + "q_proj", self + "k_proj", self + "v_proj", self + "out_proj", true),
            width,
            sizes.heads(),
            sizes.mask());
    norm2 = LayerNorm.load(source, name + ".layer_norm2", width, sizes.epsilon());
    fc1 = Linear.load(source, name + ".mlp.fc1", width, sizes.intermediate());
    fc2 = Linear.load(source, name + ".mlp.fc2", sizes.intermediate(), width);
  }

  /**
   * Reads a block.
   *
   * @param source holds its parameters, under the names that transformers has
   * @param name the block's name, such as {@code text_model.encoder.layers.0}
   * @param sizes its sizes
   * @return the block
   * @throws io.github.espalier.core.model.CheckpointFormatException if a tensor is missing or its
   *     shape is another one than the sizes say
   * @throws IOException if it cannot be read
   */
  public static TransformerBlock load(ParameterSource source, String name, Sizes sizes)
      throws IOException {
    return new TransformerBlock(source, name, sizes);
  }

  /**
   * Returns the block's name.
   *
   * @return the name that it was read by
   */
  public String name() {
    return name;
  }

  /**
   * Applies the block in place.
   *
   * @param compute does the work
   * @param states a row for each token, sample by sample
   * @param samples how many samples the rows belong to, in equal shares
   * @throws IllegalArgumentException if the states do not fit the block
   */
  public void applyTo(Compute compute, FloatMatrix states, int samples) {
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
