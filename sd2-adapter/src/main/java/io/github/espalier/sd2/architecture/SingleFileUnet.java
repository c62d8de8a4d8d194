package io.github.espalier.sd2.architecture;

/**
 * Names of a U-Net in a single file, whose blocks are numbered through: {@code input_blocks.0} is
 * the first convolution, then come, for each block on the way down, its layers and, but for the
 * last, a downsampler; {@code output_blocks} are the layers on the way up, upsamplers inside the
 * last layer of each block.
 *
 * <p>Source: {@code UNetModel} in {@code ldm/modules/diffusionmodules/openaimodel.py} of Stability
 * AI's {@code stablediffusion}.
 */
final class SingleFileUnet {
  static final String PREFIX = "model.diffusion_model.";

  private SingleFileUnet() {}

  /**
   * The layer {@code j} of block {@code i} on the way down, or its downsampler at {@code j = L}.
   */
  static String input(int layersPerBlock, int i, int j) {
    return PREFIX + "input_blocks." + ((layersPerBlock + 1) * i + j + 1);
  }

  /** The layer {@code j} of block {@code i} on the way up. */
  static String output(int layersPerBlock, int i, int j) {
    return PREFIX + "output_blocks." + ((layersPerBlock + 1) * i + j);
  }

  static ModuleNames names(UnetConfig config) {
    int layers = config.layersPerBlock();
    int blocks = config.blockOutChannels().size();
    ModuleNames names =
        new ModuleNames()
            .add("conv_in", PREFIX + "input_blocks.0.0")
            .add("time_embedding.linear_1", PREFIX + "time_embed.0")
            .add("time_embedding.linear_2", PREFIX + "time_embed.2")
            .add("mid_block.attentions.0", PREFIX + "middle_block.1")
            .add("conv_norm_out", PREFIX + "out.0")
            .add("conv_out", PREFIX + "out.2");
    resnet(names, "mid_block.resnets.0", PREFIX + "middle_block.0");
    resnet(names, "mid_block.resnets.1", PREFIX + "middle_block.2");
    for (int i = 0; i < blocks; i++) {
      String down = "down_blocks." + i;
      for (int j = 0; j < layers; j++) {
        resnet(names, down + ".resnets." + j, input(layers, i, j) + ".0");
        names.add(down + ".attentions." + j, input(layers, i, j) + ".1");
      }
      names.add(down + ".downsamplers.0.conv", input(layers, i, layers) + ".0.op");
      String up = "up_blocks." + i;
      for (int j = 0; j <= layers; j++) {
        resnet(names, up + ".resnets." + j, output(layers, i, j) + ".0");
        names.add(up + ".attentions." + j, output(layers, i, j) + ".1");
      }
      boolean attends = config.upBlockTypes().get(i) == UnetBlockType.CROSS_ATTENTION;
      names.add(
          up + ".upsamplers.0.conv", output(layers, i, layers) + (attends ? ".2.conv" : ".1.conv"));
    }
    return names;
  }

  private static void resnet(ModuleNames names, String diffusers, String singleFile) {
    names
        .add(diffusers + ".norm1", singleFile + ".in_layers.0")
        .add(diffusers + ".conv1", singleFile + ".in_layers.2")
        .add(diffusers + ".time_emb_proj", singleFile + ".emb_layers.1")
        .add(diffusers + ".norm2", singleFile + ".out_layers.0")
        .add(diffusers + ".conv2", singleFile + ".out_layers.3")
        .add(diffusers + ".conv_shortcut", singleFile + ".skip_connection");
  }
}
