package io.github.espalier.sd2.architecture;

/**
 * Names of a VAE in a single file, where the decoder's blocks are numbered by resolution, so that
 * the last one comes first, and attention is made of 1x1 convolutions.
 *
 * <p>Source: {@code Encoder} and {@code Decoder} in {@code ldm/modules/diffusionmodules/model.py}
 * of Stability AI's {@code stablediffusion}.
 */
final class SingleFileVae {
  static final String PREFIX = "first_stage_model.";

  private SingleFileVae() {}

  static ModuleNames names(VaeConfig config) {
    int blocks = config.blockOutChannels().size();
    ModuleNames names =
        new ModuleNames()
            .add("quant_conv", PREFIX + "quant_conv")
            .add("post_quant_conv", PREFIX + "post_quant_conv");
    for (String half : new String[] {"encoder", "decoder"}) {
      String original = PREFIX + half;
      names
          .add(half + ".conv_in", original + ".conv_in")
          .add(half + ".conv_norm_out", original + ".norm_out")
          .add(half + ".conv_out", original + ".conv_out");
      middle(names, half + ".mid_block", original + ".mid");
    }
    for (int i = 0; i < blocks; i++) {
      String down = "encoder.down_blocks." + i;
      String originalDown = PREFIX + "encoder.down." + i;
      names.add(down + ".downsamplers.0.conv", originalDown + ".downsample.conv");
      for (int j = 0; j < config.layersPerBlock(); j++) {
        resnet(names, down + ".resnets." + j, originalDown + ".block." + j);
      }
      String up = "decoder.up_blocks." + i;
      String originalUp = PREFIX + "decoder.up." + (blocks - 1 - i);
      names.add(up + ".upsamplers.0.conv", originalUp + ".upsample.conv");
      for (int j = 0; j <= config.layersPerBlock(); j++) {
        resnet(names, up + ".resnets." + j, originalUp + ".block." + j);
      }
    }
    return names;
  }

  private static void middle(ModuleNames names, String diffusers, String original) {
    resnet(names, diffusers + ".resnets.0", original + ".block_1");
    resnet(names, diffusers + ".resnets.1", original + ".block_2");
    String attention = diffusers + ".attentions.0.";
    names
        .add(attention + "group_norm", original + ".attn_1.norm")
        .add(attention + "to_q", original + ".attn_1.q")
        .add(attention + "to_k", original + ".attn_1.k")
        .add(attention + "to_v", original + ".attn_1.v")
        .add(attention + "to_out.0", original + ".attn_1.proj_out");
  }

  private static void resnet(ModuleNames names, String diffusers, String original) {
    // The other parts of a residual block have the same names in both layouts.
    names.add(diffusers, original).add(diffusers + ".conv_shortcut", original + ".nin_shortcut");
  }
}
