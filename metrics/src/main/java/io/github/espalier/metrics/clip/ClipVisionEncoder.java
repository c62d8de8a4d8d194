package io.github.espalier.metrics.clip;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.nn.Attention;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Conv2d;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.LayerNorm;
import io.github.espalier.sd2.nn.Padding;
import io.github.espalier.sd2.nn.ParameterSource;
import io.github.espalier.sd2.nn.TransformerBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * CLIP's image tower: patches and a class token with position embeddings, a layer norm, blocks of
 * self-attention, and a layer norm of the class token's state.
 *
 * <p>Sources: Dosovitskiy et al., "An Image is Worth 16x16 Words", arXiv 2010.11929, section 3.1;
 * Radford et al., arXiv 2103.00020, section 2.4, for the norm before the blocks; {@code
 * CLIPVisionTransformer} of transformers for the names. Immutable; safe for use by many threads,
 * each with its own {@link Compute}.
 */
final class ClipVisionEncoder {
  private static final int CHANNELS = 3;

  private final ClipVisionConfig config;
  private final Conv2d patches;
  private final float[] classToken;
  private final FloatMatrix positions;
  private final LayerNorm preNorm;
  private final List<TransformerBlock> blocks;
  private final LayerNorm postNorm;

  private ClipVisionEncoder(ClipVisionConfig config, ParameterSource source) throws IOException {
    this.config = config;
    int width = config.hiddenSize();
    int patch = config.patchSize();
    String embeddings = "vision_model.embeddings.";
    classToken = source.vector(embeddings + "class_embedding", width);
    patches =
        Conv2d.loadWithoutBias(
            source,
            embeddings + "patch_embedding",
            CHANNELS,
            width,
            new Conv2d.Geometry(patch, patch, patch, Padding.NONE));
    positions =
        source.matrix(embeddings + "position_embedding.weight", 1 + config.patches(), width);
    double epsilon = config.layerNormEps();
    // Spelt this way in the files.
    preNorm = LayerNorm.load(source, "vision_model.pre_layrnorm", width, epsilon);
    TransformerBlock.Sizes sizes =
        new TransformerBlock.Sizes(
            width,
            config.intermediateSize(),
            config.numAttentionHeads(),
            config.activation(),
            epsilon,
            Attention.Mask.NONE);
    List<TransformerBlock> all = new ArrayList<>();
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      all.add(TransformerBlock.load(source, "vision_model.encoder.layers." + i, sizes));
    }
    blocks = List.copyOf(all);
    postNorm = LayerNorm.load(source, "vision_model.post_layernorm", width, epsilon);
  }

  static ClipVisionEncoder load(ClipVisionConfig config, ParameterSource source)
      throws IOException {
    return new ClipVisionEncoder(config, source);
  }

  /**
   * Encodes images.
   *
   * @param compute does the work
   * @param images values of each, {@code [imageSize, imageSize, 3]}
   * @return a row for each image, in a matrix of the workspace, to be released
   */
  FloatMatrix forward(Compute compute, List<float[]> images) {
    FloatMatrix embedded = embed(compute, images);
    FloatMatrix states = preNorm.forward(compute, embedded);
    compute.release(embedded);
    for (TransformerBlock block : blocks) {
      block.applyTo(compute, states, images.size());
    }
    FloatMatrix pooled = compute.take(images.size(), config.hiddenSize());
    for (int i = 0; i < images.size(); i++) {
      pooled.copy(i, 0, states, i * tokens(), 0, config.hiddenSize());
    }
    compute.release(states);
    FloatMatrix out = postNorm.forward(compute, pooled);
    compute.release(pooled);
    return out;
  }

  private int tokens() {
    return 1 + config.patches();
  }

  private FloatMatrix embed(Compute compute, List<float[]> images) {
    int side = config.imageSize();
    FloatMatrix pixels = compute.take(images.size() * side * side, CHANNELS);
    for (int i = 0; i < images.size(); i++) {
      float[] image = images.get(i);
      pixels.put(i * side * side, 0, image, 0, image.length);
    }
    FloatMatrix made =
        patches.forward(compute, new FeatureMap(pixels, images.size(), side, side)).values();
    compute.release(pixels);
    FloatMatrix states = compute.take(images.size() * tokens(), config.hiddenSize());
    for (int i = 0; i < images.size(); i++) {
      for (int token = 0; token < tokens(); token++) {
        int patch = i * config.patches() + token - 1;
        addPosition(token, token == 0 ? classToken : row(made, patch), states, i * tokens());
      }
    }
    compute.release(made);
    return states;
  }

  private float[] row(FloatMatrix matrix, int row) {
    float[] values = new float[config.hiddenSize()];
    matrix.get(row, 0, values, 0, values.length);
    return values;
  }

  private void addPosition(int token, float[] values, FloatMatrix states, int first) {
    float[] sum = row(positions, token);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += values[i];
    }
    states.put(first + token, 0, sum, 0, sum.length);
  }
}
