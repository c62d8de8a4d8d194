package io.github.espalier.sd2.architecture;

/**
 * Names of a text encoder in a single file.
 *
 * <p>Sources: {@code Transformer} of OpenCLIP and {@code torch.nn.MultiheadAttention}, whose fused
 * projection has the rows of query, key and value in this order; {@code FrozenOpenCLIPEmbedder} and
 * {@code FrozenCLIPEmbedder} in {@code ldm/modules/encoders/modules.py} of Stability AI's {@code
 * stablediffusion} for the prefixes.
 */
final class SingleFileText {
  static final String OPEN_CLIP_PREFIX = "cond_stage_model.model.";
  static final String HUGGING_FACE_PREFIX = "cond_stage_model.transformer.";
  static final String OPEN_CLIP_BLOCKS = OPEN_CLIP_PREFIX + "transformer.resblocks.";

  private SingleFileText() {}

  /** The names of what is not fused. */
  static ModuleNames names(TextEncoderConfig config, TextEncoderStyle style) {
    ModuleNames names = new ModuleNames();
    if (style == TextEncoderStyle.HUGGING_FACE) {
      return names.add("text_model", HUGGING_FACE_PREFIX + "text_model");
    }
    names
        .add("text_model.embeddings.token_embedding", OPEN_CLIP_PREFIX + "token_embedding")
        // A parameter of the module itself there, hence no ".weight".
        .add(
            "text_model.embeddings.position_embedding.weight",
            OPEN_CLIP_PREFIX + "positional_embedding")
        .add("text_model.final_layer_norm", OPEN_CLIP_PREFIX + "ln_final");
    for (int n = 0; n < config.numHiddenLayers(); n++) {
      String layer = layer(n);
      String block = OPEN_CLIP_BLOCKS + n;
      names
          .add(layer + ".layer_norm1", block + ".ln_1")
          .add(layer + ".self_attn.out_proj", block + ".attn.out_proj")
          .add(layer + ".layer_norm2", block + ".ln_2")
          .add(layer + ".mlp.fc1", block + ".mlp.c_fc")
          .add(layer + ".mlp.fc2", block + ".mlp.c_proj");
    }
    return names;
  }

  /** The names of what is fused: the projections of query, key and value. */
  static ModuleNames fusedNames(TextEncoderConfig config, TextEncoderStyle style) {
    ModuleNames names = new ModuleNames();
    if (style == TextEncoderStyle.HUGGING_FACE) {
      return names;
    }
    for (int n = 0; n < config.numHiddenLayers(); n++) {
      String fused = OPEN_CLIP_BLOCKS + n + ".attn.in_proj_";
      for (String projection : new String[] {".q_proj", ".k_proj", ".v_proj"}) {
        String module = layer(n) + ".self_attn" + projection;
        names.add(module + ".weight", fused + "weight").add(module + ".bias", fused + "bias");
      }
    }
    return names;
  }

  /** Which third of the fused rows a projection has. */
  static int third(String diffusersName) {
    if (diffusersName.contains(".q_proj.")) {
      return 0;
    }
    return diffusersName.contains(".k_proj.") ? 1 : 2;
  }

  private static String layer(int n) {
    return "text_model.encoder.layers." + n;
  }
}
