package io.github.espalier.sd2.unet;

import io.github.espalier.sd2.architecture.UnetBlockType;
import io.github.espalier.sd2.architecture.UnetConfig;
import io.github.espalier.sd2.nn.Conv2d;
import io.github.espalier.sd2.nn.ParameterSource;
import io.github.espalier.sd2.nn.ResnetBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a U-Net's blocks; the numbers of channels follow from the configuration as in diffusers.
 */
final class UnetLoader {
  private final UnetConfig config;
  private final ParameterSource source;

  UnetLoader(UnetConfig config, ParameterSource source) {
    this.config = config;
    this.source = source;
  }

  List<UnetBlock> down() throws IOException {
    List<Integer> channels = config.blockOutChannels();
    List<UnetBlock> blocks = new ArrayList<>();
    int in = channels.get(0);
    for (int i = 0; i < channels.size(); i++) {
      String name = "down_blocks." + i;
      int out = channels.get(i);
      List<ResnetBlock> resnets = new ArrayList<>();
      for (int j = 0; j < config.layersPerBlock(); j++) {
        resnets.add(resnet(name + ".resnets." + j, j == 0 ? in : out, out));
      }
      boolean attends = config.downBlockTypes().get(i) == UnetBlockType.CROSS_ATTENTION;
      int heads = config.headCounts().get(i);
      Conv2d halving =
          i == channels.size() - 1
              ? null
              : Conv2d.load(
                  source, name + ".downsamplers.0.conv", out, out, Conv2d.Geometry.HALVING);
      blocks.add(block(name, resnets, attends, out, heads, halving));
      in = out;
    }
    return blocks;
  }

  UnetBlock middle() throws IOException {
    int last = config.blockOutChannels().size() - 1;
    int channels = config.blockOutChannels().get(last);
    return new UnetBlock(
        "mid_block",
        List.of(
            resnet("mid_block.resnets.0", channels, channels),
            resnet("mid_block.resnets.1", channels, channels)),
        List.of(transformer("mid_block.attentions.0", channels, config.headCounts().get(last))),
        null);
  }

  List<UnetBlock> up() throws IOException {
    List<Integer> channels = config.blockOutChannels();
    List<UnetBlock> blocks = new ArrayList<>();
    int levels = channels.size();
    int below = channels.get(levels - 1);
    for (int i = 0; i < levels; i++) {
      int level = levels - 1 - i;
      String name = "up_blocks." + i;
      int out = channels.get(level);
      int lastSkip = channels.get(Math.max(level - 1, 0));
      List<ResnetBlock> resnets = new ArrayList<>();
      for (int j = 0; j <= config.layersPerBlock(); j++) {
        int skip = j == config.layersPerBlock() ? lastSkip : out;
        int in = j == 0 ? below : out;
        resnets.add(resnet(name + ".resnets." + j, in + skip, out));
      }
      boolean attends = config.upBlockTypes().get(i) == UnetBlockType.CROSS_ATTENTION;
      int heads = config.headCounts().get(level);
      Conv2d enlarged =
          level == 0
              ? null
              : Conv2d.load(source, name + ".upsamplers.0.conv", out, out, Conv2d.Geometry.SAME);
      blocks.add(block(name, resnets, attends, out, heads, enlarged));
      below = out;
    }
    return blocks;
  }

  private UnetBlock block(
      String name,
      List<ResnetBlock> resnets,
      boolean attends,
      int channels,
      int heads,
      @Nullable Conv2d resize)
      throws IOException {
    List<SpatialTransformer> transformers = new ArrayList<>();
    for (int j = 0; attends && j < resnets.size(); j++) {
      transformers.add(transformer(name + ".attentions." + j, channels, heads));
    }
    return new UnetBlock(name, resnets, transformers, resize);
  }

  private ResnetBlock resnet(String name, int in, int out) throws IOException {
    return ResnetBlock.load(
        source,
        name,
        in,
        out,
        config.timeEmbeddingWidth(),
        config.normNumGroups(),
        config.normEps());
  }

  private SpatialTransformer transformer(String name, int channels, int heads) throws IOException {
    return new SpatialTransformer(source, name, channels, heads, config);
  }
}
