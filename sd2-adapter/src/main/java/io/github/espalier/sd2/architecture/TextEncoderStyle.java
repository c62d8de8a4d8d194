package io.github.espalier.sd2.architecture;

/** How a single file names and stores the text encoder. */
public enum TextEncoderStyle {
  /**
   * OpenCLIP's text tower, in SD 2: under {@code cond_stage_model.model.}, with query, key and
   * value fused into {@code attn.in_proj_weight} and {@code attn.in_proj_bias}.
   */
  OPEN_CLIP,
  /**
   * The module of transformers, in SD 1: the names of the diffusers layout under {@code
   * cond_stage_model.transformer.}, nothing fused.
   */
  HUGGING_FACE;

  /**
   * Tells which style the single files of a model have, by its activation: exact GELU came with
   * OpenCLIP's towers, the quick one with OpenAI's.
   *
   * @param config sizes of the text encoder
   * @return the usual style
   */
  public static TextEncoderStyle of(TextEncoderConfig config) {
    return config.hiddenAct() == TextActivation.GELU ? OPEN_CLIP : HUGGING_FACE;
  }
}
