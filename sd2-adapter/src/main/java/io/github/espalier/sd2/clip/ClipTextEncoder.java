package io.github.espalier.sd2.clip;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.architecture.TextEncoderConfig;
import io.github.espalier.sd2.nn.Attention;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Elementwise;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.LayerNorm;
import io.github.espalier.sd2.nn.ParameterSource;
import io.github.espalier.sd2.nn.TransformerBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * CLIP's text transformer: token and position embeddings, blocks of causal self-attention, and a
 * last layer norm.
 *
 * <p>Padding takes part as any token does, as in Stable Diffusion's pipeline, which passes no
 * attention mask. Source: {@code CLIPTextModel} of transformers. Immutable; safe for use by many
 * threads, each with its own {@link Compute}, while the parameters are open.
 */
public final class ClipTextEncoder {
  private final TextEncoderConfig config;
  private final FloatMatrix tokens;
  private final FloatMatrix positions;
  private final List<TransformerBlock> blocks;
  private final LayerNorm finalNorm;

  private ClipTextEncoder(TextEncoderConfig config, ParameterSource source) throws IOException {
    this.config = config;
    int width = config.hiddenSize();
    String embeddings = "text_model.embeddings.";
    tokens = source.matrix(embeddings + "token_embedding.weight", config.vocabSize(), width);
    positions =
        source.matrix(
            embeddings + "position_embedding.weight", config.maxPositionEmbeddings(), width);
    List<TransformerBlock> all = new ArrayList<>();
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      all.add(block(source, i, config));
    }
    blocks = List.copyOf(all);
    finalNorm = LayerNorm.load(source, "text_model.final_layer_norm", width, config.layerNormEps());
  }

  private ClipTextEncoder(ClipTextEncoder other, List<TransformerBlock> blocks) {
    config = other.config;
    tokens = other.tokens;
    positions = other.positions;
    this.blocks = blocks;
    finalNorm = other.finalNorm;
  }

  private static TransformerBlock block(ParameterSource source, int index, TextEncoderConfig config)
      throws IOException {
    return TransformerBlock.load(source, "text_model.encoder.layers." + index, sizes(config));
  }

  private static TransformerBlock.Sizes sizes(TextEncoderConfig config) {
    return new TransformerBlock.Sizes(
        config.hiddenSize(),
        config.intermediateSize(),
        config.numAttentionHeads(),
        switch (config.hiddenAct()) {
          case GELU -> Elementwise.Activation.GELU;
          case QUICK_GELU -> Elementwise.Activation.QUICK_GELU;
        },
        config.layerNormEps(),
        Attention.Mask.CAUSAL);
  }

  /**
   * Reads an encoder.
   *
   * @param config its sizes
   * @param source holds its parameters, under the names of the diffusers layout
   * @return the encoder
   * @throws io.github.espalier.core.model.CheckpointFormatException if a tensor is missing or its
   *     shape is another one than the sizes say
   * @throws IOException if it cannot be read
   */
  public static ClipTextEncoder load(TextEncoderConfig config, ParameterSource source)
      throws IOException {
    return new ClipTextEncoder(config, source);
  }

  /**
   * Returns the encoder's sizes.
   *
   * @return the configuration
   */
  public TextEncoderConfig config() {
    return config;
  }

  /**
   * Encodes texts.
   *
   * @param compute does the work
   * @param ids token ids of each text, all equally many
   * @return the states after the last layer norm: a row for each token, text by text; in a matrix
   *     of the workspace, to be released
   * @throws IllegalArgumentException if there is no text, a text has no token or more than the
   *     encoder has positions, lengths differ, or an id is none of the vocabulary
   */
  public FloatMatrix forward(Compute compute, List<int[]> ids) {
    FeatureMap states = embed(compute, ids);
    for (int i = 0; i < blocks.size(); i++) {
      applyBlock(compute, i, states);
    }
    FloatMatrix out = finalNorm.forward(compute, states.values());
    compute.release(states.values());
    return out;
  }

  /**
   * Makes the states that the first block starts from: the sum of token and position embeddings.
   *
   * @param compute does the work
   * @param ids token ids of each text, all equally many
   * @return the states: a row for each token, text by text, with the texts as samples; in a matrix
   *     of the workspace, to be released
   * @throws IllegalArgumentException as for {@link #forward}
   */
  public FeatureMap embed(Compute compute, List<int[]> ids) {
    int length = check(ids);
    FeatureMap states = new FeatureMap(embed(compute, ids, length), ids.size(), length, 1);
    compute.output("text_model.embeddings", states);
    return states;
  }

  /**
   * Applies one block in place. {@link #embed}, all blocks in order and the last layer norm make up
   * {@link #forward}.
   *
   * @param compute does the work
   * @param index the block, from 0 to the number of blocks, exclusive
   * @param states a row for each token, text by text, with the texts as samples
   * @throws IndexOutOfBoundsException if there is no such block
   * @throws IllegalArgumentException if the states have another width than the encoder
   */
  public void applyBlock(Compute compute, int index, FeatureMap states) {
    TransformerBlock block = blocks.get(index);
    block.applyTo(compute, states.values(), states.samples());
    compute.output(block.name(), states);
  }

  /**
   * Replaces one block.
   *
   * @param index the block, from 0 to the number of blocks, exclusive
   * @param source holds its parameters, under the names that they have in the encoder
   * @return an encoder with that block, which shares the others with this one
   * @throws IndexOutOfBoundsException if there is no such block
   * @throws io.github.espalier.core.model.CheckpointFormatException as for {@link #load}
   * @throws IOException if it cannot be read
   */
  public ClipTextEncoder withBlock(int index, ParameterSource source) throws IOException {
    List<TransformerBlock> changed = new ArrayList<>(blocks);
    changed.set(index, block(source, index, config));
    return new ClipTextEncoder(this, List.copyOf(changed));
  }

  private int check(List<int[]> ids) {
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("there are no texts to encode");
    }
    int length = ids.get(0).length;
    for (int[] text : ids) {
      if (text.length != length) {
        throw new IllegalArgumentException(
            "texts of " + length + " and of " + text.length + " tokens cannot be encoded together");
      }
      for (int id : text) {
        if (id < 0 || id >= config.vocabSize()) {
          throw new IllegalArgumentException(
              "token id " + id + " is not in the vocabulary of " + config.vocabSize());
        }
      }
    }
    if (length < 1 || length > config.maxPositionEmbeddings()) {
      throw new IllegalArgumentException(
          "a text of "
              + length
              + " tokens was given, expected 1 to "
              + config.maxPositionEmbeddings());
    }
    return length;
  }

  private FloatMatrix embed(Compute compute, List<int[]> ids, int length) {
    int width = config.hiddenSize();
    FloatMatrix states = compute.take(ids.size() * length, width);
    float[] token = new float[width];
    float[] position = new float[width];
    for (int text = 0; text < ids.size(); text++) {
      for (int i = 0; i < length; i++) {
        tokens.get(ids.get(text)[i], 0, token, 0, width);
        positions.get(i, 0, position, 0, width);
        for (int j = 0; j < width; j++) {
          token[j] += position[j];
        }
        states.put(text * length + i, 0, token, 0, width);
      }
    }
    return states;
  }
}
