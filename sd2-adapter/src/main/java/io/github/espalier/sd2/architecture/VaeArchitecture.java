package io.github.espalier.sd2.architecture;

import java.util.List;

/**
 * The tensors of a VAE.
 *
 * <p>Source: the module tree of {@code AutoencoderKL} in diffusers.
 */
public final class VaeArchitecture {
  private final VaeConfig config;
  private final VaeAttentionNames names;
  private final TensorList list = new TensorList();

  private VaeArchitecture(VaeConfig config, VaeAttentionNames names) {
    this.config = config;
    this.names = names;
  }

  /**
   * Lists the tensors that a VAE has in the diffusers layout.
   *
   * @param config its sizes
   * @param names how its attention layers are named
   * @return the tensors in the order in which data passes them, first to the latent and then to the
   *     image; 248 for SD 2
   */
  public static List<ArchitectureTensor> tensors(VaeConfig config, VaeAttentionNames names) {
    return new VaeArchitecture(config, names).list();
  }

  private List<ArchitectureTensor> list() {
    List<Integer> channels = config.blockOutChannels();
    int blocks = channels.size();
    int first = channels.get(0);
    int last = channels.get(blocks - 1);
    int latent = config.latentChannels();
    list.conv("encoder.conv_in", first, config.inChannels(), 3);
    for (int i = 0; i < blocks; i++) {
      String block = "encoder.down_blocks." + i;
      block(block, channels.get(Math.max(0, i - 1)), channels.get(i), config.layersPerBlock());
      if (i < blocks - 1) {
        list.conv(block + ".downsamplers.0.conv", channels.get(i), channels.get(i), 3);
      }
    }
    middle("encoder.mid_block", last);
    list.norm("encoder.conv_norm_out", last);
    int moments = 2 * latent; // a mean and a log variance for each latent channel
    list.conv("encoder.conv_out", moments, last, 3);
    list.conv("quant_conv", moments, moments, 1);

    list.conv("post_quant_conv", latent, latent, 1);
    list.conv("decoder.conv_in", last, latent, 3);
    middle("decoder.mid_block", last);
    for (int i = 0; i < blocks; i++) {
      String block = "decoder.up_blocks." + i;
      int width = channels.get(blocks - 1 - i);
      block(block, channels.get(Math.min(blocks - 1, blocks - i)), width, upLayers());
      if (i < blocks - 1) {
        list.conv(block + ".upsamplers.0.conv", width, width, 3);
      }
    }
    list.norm("decoder.conv_norm_out", first);
    list.conv("decoder.conv_out", config.outChannels(), first, 3);
    return list.list();
  }

  private int upLayers() {
    return config.layersPerBlock() + 1;
  }

  private void block(String module, int inputs, int outputs, int layers) {
    for (int j = 0; j < layers; j++) {
      list.resnet(module + ".resnets." + j, j == 0 ? inputs : outputs, outputs);
    }
  }

  private void middle(String module, int width) {
    list.resnet(module + ".resnets.0", width, width);
    String attention = module + ".attentions.0";
    list.norm(attention + ".group_norm", width);
    for (String layer : List.of("to_q", "to_k", "to_v", "to_out.0")) {
      list.linear(names.rename(attention + "." + layer), width, width);
    }
    list.resnet(module + ".resnets.1", width, width);
  }
}
