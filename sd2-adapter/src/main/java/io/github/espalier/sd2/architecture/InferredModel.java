package io.github.espalier.sd2.architecture;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * What the shapes of a single file say about its model.
 *
 * <p>A folder that is written from it wants a sample size ({@link UnetConfig.Builder#sampleSize}:
 * 96 for models of 768 pixels, 64 for those of 512), without which diffusers does not know how
 * large its images are by default, and a scheduler with the right prediction type.
 *
 * @param config the model's sizes; sample sizes are left open
 * @param style how the file stores the text encoder
 * @param contents what the file holds, measured against those sizes, with the VAE's {@linkplain
 *     VaeAttentionNames#NEW newer} names; always {@linkplain SingleFileContents#complete complete}
 * @param assumptions what shapes cannot show and was taken from published models, in words
 */
public record InferredModel(
    ModelConfig config,
    TextEncoderStyle style,
    SingleFileContents contents,
    List<String> assumptions) {

  /**
   * Copies the list.
   *
   * @param config the model's sizes; sample sizes are left open
   * @param style how the file stores the text encoder
   * @param contents what the file holds, measured against those sizes, with the VAE's {@linkplain
   *     VaeAttentionNames#NEW newer} names; always {@linkplain SingleFileContents#complete
   *     complete}
   * @param assumptions what shapes cannot show and was taken from published models, in words
   */
  public InferredModel {
    assumptions = ImmutableList.copyOf(assumptions);
  }

  /**
   * Returns the mapping of this model.
   *
   * @param vaeNames how the folder names, or shall name, the VAE's attention
   * @return the mapping
   */
  public SingleFileNames names(VaeAttentionNames vaeNames) {
    return SingleFileNames.of(config, style, vaeNames);
  }
}
