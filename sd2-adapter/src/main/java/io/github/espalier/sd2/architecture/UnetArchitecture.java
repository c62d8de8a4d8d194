package io.github.espalier.sd2.architecture;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The tensors of a U-Net.
 *
 * <p>Source: the module tree of {@code UNet2DConditionModel} in diffusers.
 */
public final class UnetArchitecture {
  private static final Pattern TIME_EMBEDDING =
      Pattern.compile(
          "(?:time_embedding\\.linear_[12]"
              + "|(?:mid_block|(?:down|up)_blocks\\.\\d+)\\.resnets\\.\\d+\\.time_emb_proj)"
              + "(?:\\.(?:weight|bias))?");

  private final UnetConfig config;
  private final TensorList list = new TensorList();

  private UnetArchitecture(UnetConfig config) {
    this.config = config;
  }

  /**
   * Lists the tensors that a U-Net has in the diffusers layout.
   *
   * @param config its sizes
   * @return the tensors in the order in which data passes them; 686 for SD 2
   */
  public static List<ArchitectureTensor> tensors(UnetConfig config) {
    return new UnetArchitecture(config).list();
  }

  /**
   * Tells whether a name belongs to the embedding of the time step: {@code time_embedding.linear_1}
   * and {@code .linear_2}, or the {@code time_emb_proj} of a residual block.
   *
   * <p>Such a linear layer sees one vector for each time step and nothing of the image or text, so
   * its inputs have only as many distinct rows as there are time steps.
   *
   * @param name of a tensor or a module of a U-Net, in the diffusers layout
   * @return whether it is a time embedding's
   */
  public static boolean isTimeEmbedding(String name) {
    return TIME_EMBEDDING.matcher(name).matches();
  }

  private List<ArchitectureTensor> list() {
    List<Integer> channels = config.blockOutChannels();
    int blocks = channels.size();
    int first = channels.get(0);
    int time = config.timeEmbeddingWidth();
    list.conv("conv_in", first, config.inChannels(), 3);
    list.linear("time_embedding.linear_1", time, first);
    list.linear("time_embedding.linear_2", time, time);
    for (int i = 0; i < blocks; i++) {
      downBlock(i);
    }
    int last = channels.get(blocks - 1);
    list.resnet("mid_block.resnets.0", last, last, time);
    transformer("mid_block.attentions.0", last);
    list.resnet("mid_block.resnets.1", last, last, time);
    for (int i = 0; i < blocks; i++) {
      upBlock(i);
    }
    list.norm("conv_norm_out", first);
    list.conv("conv_out", config.outChannels(), first, 3);
    return list.list();
  }

  private void downBlock(int i) {
    List<Integer> channels = config.blockOutChannels();
    String block = "down_blocks." + i;
    int width = channels.get(i);
    int input = channels.get(Math.max(0, i - 1));
    for (int j = 0; j < config.layersPerBlock(); j++) {
      layer(block, j, input, width, config.downBlockTypes().get(i));
      input = width;
    }
    if (i < channels.size() - 1) {
      list.conv(block + ".downsamplers.0.conv", width, width, 3);
    }
  }

  private void upBlock(int i) {
    List<Integer> channels = config.blockOutChannels();
    int last = channels.size() - 1;
    String block = "up_blocks." + i;
    int width = channels.get(last - i);
    int input = channels.get(Math.min(last, last - i + 1));
    // Each layer takes one output of the way down, last made first taken. The block on the same
    // level made all of them but the last, which is what that block was given.
    int givenBelow = channels.get(Math.max(0, last - i - 1));
    for (int j = 0; j <= config.layersPerBlock(); j++) {
      int skip = j < config.layersPerBlock() ? width : givenBelow;
      layer(block, j, input + skip, width, config.upBlockTypes().get(i));
      input = width;
    }
    if (i < last) {
      list.conv(block + ".upsamplers.0.conv", width, width, 3);
    }
  }

  private void layer(String block, int j, int inputs, int outputs, UnetBlockType type) {
    list.resnet(block + ".resnets." + j, inputs, outputs, config.timeEmbeddingWidth());
    if (type == UnetBlockType.CROSS_ATTENTION) {
      transformer(block + ".attentions." + j, outputs);
    }
  }

  private void transformer(String module, int width) {
    list.norm(module + ".norm", width);
    projection(module + ".proj_in", width);
    for (int k = 0; k < config.transformerLayersPerBlock(); k++) {
      String block = module + ".transformer_blocks." + k;
      list.norm(block + ".norm1", width);
      attention(block + ".attn1", width, width);
      list.norm(block + ".norm2", width);
      attention(block + ".attn2", width, config.crossAttentionDim());
      list.norm(block + ".norm3", width);
      // Half of the outputs gates the other half, so the second layer has half as many inputs.
      int inner = 4 * width;
      list.linear(block + ".ff.net.0.proj", 2L * inner, width);
      list.linear(block + ".ff.net.2", width, inner);
    }
    projection(module + ".proj_out", width);
  }

  private void projection(String module, int width) {
    if (config.useLinearProjection()) {
      list.linear(module, width, width);
    } else {
      list.conv(module, width, width, 1);
    }
  }

  private void attention(String module, int width, int sourceWidth) {
    list.linearWithoutBias(module + ".to_q", width, width);
    list.linearWithoutBias(module + ".to_k", width, sourceWidth);
    list.linearWithoutBias(module + ".to_v", width, sourceWidth);
    list.linear(module + ".to_out.0", width, width);
  }
}
