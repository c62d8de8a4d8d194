package io.github.espalier.metrics.clip;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a file has a tensor that the towers ask for by the name that transformers gives it.
 *
 * <p>Sources: {@code CLIP} and {@code VisionTransformer} in {@code clip/model.py} of openai/CLIP,
 * whose projections are used as {@code x W}, and {@code torch.nn.MultiheadAttention}, whose fused
 * projection has the rows of query, key and value in this order.
 *
 * @param openAi whether the file has OpenAI's names, rather than those of transformers
 * @param textPrefix before OpenAI's names of the text tower: {@code text.} in some of OpenCLIP's
 */
record ClipNames(boolean openAi, String textPrefix) {
  private static final List<String> FUSED = List.of("q_proj", "k_proj", "v_proj");

  /** Tensors that nothing reads: buffers, and what scales the similarity in training. */
  private static final List<String> IGNORED =
      List.of(
          "logit_scale",
          "text.logit_scale",
          "attn_mask",
          "text.attn_mask",
          "input_resolution",
          "context_length",
          "vocab_size",
          "text_model.embeddings.position_ids",
          "vision_model.embeddings.position_ids");

  private static final Map<String, String> MODULES =
      Map.of(
          "layer_norm1", "ln_1",
          "layer_norm2", "ln_2",
          "mlp.fc1", "mlp.c_fc",
          "mlp.fc2", "mlp.c_proj",
          "self_attn.out_proj", "attn.out_proj");

  private static final Map<String, String> TEXT =
      Map.of(
          "text_model.embeddings.token_embedding.weight", "token_embedding.weight",
          "text_model.embeddings.position_embedding.weight", "positional_embedding",
          "text_model.final_layer_norm.weight", "ln_final.weight",
          "text_model.final_layer_norm.bias", "ln_final.bias");

  private static final Map<String, String> VISION =
      Map.of(
          "vision_model.embeddings.class_embedding", "visual.class_embedding",
          "vision_model.embeddings.patch_embedding.weight", "visual.conv1.weight",
          "vision_model.embeddings.position_embedding.weight", "visual.positional_embedding",
          "vision_model.pre_layrnorm.weight", "visual.ln_pre.weight",
          "vision_model.pre_layrnorm.bias", "visual.ln_pre.bias",
          "vision_model.post_layernorm.weight", "visual.ln_post.weight",
          "vision_model.post_layernorm.bias", "visual.ln_post.bias");

  private static final String TEXT_BLOCKS = "text_model.encoder.layers.";
  private static final String VISION_BLOCKS = "vision_model.encoder.layers.";

  /** Which part of a tensor of the file is meant. */
  sealed interface Part {
    /** All of it. */
    record Whole() implements Part {}

    /** All of it, with rows and columns exchanged. */
    record Transposed() implements Part {}

    /** A third of its rows, from the first on. */
    record Third(int index) implements Part {}
  }

  /** A tensor of the file. */
  record Place(String name, Part part) {}

  /** Tells whether a tensor of the file is one that nothing reads. */
  static boolean isIgnored(String fileName) {
    return IGNORED.contains(fileName);
  }

  /** Finds a tensor by the name that transformers gives it. */
  Place place(String name) {
    if (!openAi) {
      return new Place(name, new Part.Whole());
    }
    if (name.equals("text_projection.weight")) {
      return new Place(textPrefix + "text_projection", new Part.Transposed());
    }
    if (name.equals("visual_projection.weight")) {
      return new Place("visual.proj", new Part.Transposed());
    }
    if (name.startsWith(TEXT_BLOCKS)) {
      return block(textPrefix + "transformer.resblocks.", name.substring(TEXT_BLOCKS.length()));
    }
    if (name.startsWith(VISION_BLOCKS)) {
      return block("visual.transformer.resblocks.", name.substring(VISION_BLOCKS.length()));
    }
    @Nullable String text = TEXT.get(name);
    @Nullable String other = text == null ? VISION.get(name) : textPrefix + text;
    if (other == null) {
      throw new IllegalArgumentException("no tower asks for " + name);
    }
    return new Place(other, new Part.Whole());
  }

  /** The rest of a name is {@code N.module.weight} or {@code N.module.bias}. */
  private static Place block(String prefix, String rest) {
    int dot = rest.indexOf('.');
    int last = rest.lastIndexOf('.');
    String block = prefix + rest.substring(0, dot + 1);
    String module = rest.substring(dot + 1, last);
    String kind = rest.substring(last + 1);
    int third = FUSED.indexOf(module.substring(module.indexOf('.') + 1));
    if (third >= 0) {
      return new Place(block + "attn.in_proj_" + kind, new Part.Third(third));
    }
    @Nullable String other = MODULES.get(module);
    if (other == null) {
      throw new IllegalArgumentException("no block asks for " + rest);
    }
    return new Place(block + other + "." + kind, new Part.Whole());
  }
}
