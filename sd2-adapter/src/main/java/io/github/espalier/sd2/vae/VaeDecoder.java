package io.github.espalier.sd2.vae;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.architecture.VaeConfig;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Conv2d;
import io.github.espalier.sd2.nn.Elementwise;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.GroupNorm;
import io.github.espalier.sd2.nn.Linear;
import io.github.espalier.sd2.nn.ParameterSource;
import io.github.espalier.sd2.nn.ResnetBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes images of latents.
 *
 * <p>Source: {@code AutoencoderKL.decode} of diffusers. Immutable; safe for use by many threads,
 * each with its own {@link Compute}, while the parameters are open.
 */
public final class VaeDecoder {
  /** Epsilon of all norms of the autoencoder. */
  static final double EPSILON = 1e-6;

  private final VaeConfig config;
  private final Linear postQuant;
  private final Conv2d convIn;
  private final VaeMiddle middle;
  private final List<Block> blocks = new ArrayList<>();
  private final GroupNorm normOut;
  private final Conv2d convOut;

  private record Block(String name, List<ResnetBlock> resnets, @Nullable Conv2d enlarged) {}

  private VaeDecoder(VaeConfig config, ParameterSource source) throws IOException {
    this.config = config;
    int latent = config.latentChannels();
    List<Integer> channels = config.blockOutChannels();
    int groups = config.normNumGroups();
    postQuant = Linear.loadPointwise(source, "post_quant_conv", latent, latent);
    int last = channels.get(channels.size() - 1);
    convIn = conv(source, "decoder.conv_in", latent, last);
    middle = new VaeMiddle(source, "decoder.mid_block", last, groups);
    int in = last;
    for (int i = 0; i < channels.size(); i++) {
      int out = channels.get(channels.size() - 1 - i);
      String name = "decoder.up_blocks." + i;
      List<ResnetBlock> resnets = new ArrayList<>();
      for (int j = 0; j <= config.layersPerBlock(); j++) {
        resnets.add(
            ResnetBlock.load(
                source, name + ".resnets." + j, j == 0 ? in : out, out, 0, groups, EPSILON));
      }
      Conv2d enlarged =
          i == channels.size() - 1 ? null : conv(source, name + ".upsamplers.0.conv", out, out);
      blocks.add(new Block(name, resnets, enlarged));
      in = out;
    }
    normOut = GroupNorm.load(source, "decoder.conv_norm_out", in, groups, EPSILON);
    convOut = conv(source, "decoder.conv_out", in, config.outChannels());
  }

  private static Conv2d conv(ParameterSource source, String name, int in, int out)
      throws IOException {
    return Conv2d.load(source, name, in, out, Conv2d.Geometry.SAME);
  }

  /**
   * Reads a decoder.
   *
   * @param config the autoencoder's sizes
   * @param source holds its parameters, under the names of the diffusers layout
   * @return the decoder
   * @throws io.github.espalier.core.model.CheckpointFormatException if a tensor is missing or its
   *     shape is another one than the sizes say
   * @throws IOException if it cannot be read
   */
  public static VaeDecoder load(VaeConfig config, ParameterSource source) throws IOException {
    return new VaeDecoder(config, source);
  }

  /**
   * Returns the autoencoder's sizes.
   *
   * @return the configuration
   */
  public VaeConfig config() {
    return config;
  }

  /**
   * Decodes latents.
   *
   * @param compute does the work
   * @param latents latents already divided by the scaling factor
   * @return images whose channels are about -1 to 1, in a matrix of the workspace, to be released
   * @throws IllegalArgumentException if the number of channels does not fit
   */
  public FeatureMap forward(Compute compute, FeatureMap latents) {
    if (latents.channels() != config.latentChannels()) {
      throw new IllegalArgumentException(
          "the decoder wants " + config.latentChannels() + " channels, found " + latents);
    }
    FloatMatrix quantised = postQuant.forward(compute, latents);
    FeatureMap current = convIn.forward(compute, latents.with(quantised));
    compute.release(quantised);
    compute.output("decoder.conv_in", current);
    current = middle.forward(compute, current);
    for (Block block : blocks) {
      for (ResnetBlock resnet : block.resnets()) {
        FeatureMap next = resnet.forward(compute, current, null);
        compute.release(current.values());
        current = next;
      }
      if (block.enlarged() != null) {
        FeatureMap large =
            Elementwise.nearest(compute, current, 2 * current.height(), 2 * current.width());
        compute.release(current.values());
        current = block.enlarged().forward(compute, large);
        compute.release(large.values());
        compute.output(block.name() + ".upsamplers.0", current);
      }
    }
    FloatMatrix normed = normOut.forward(compute, current, GroupNorm.Then.SILU);
    compute.release(current.values());
    FeatureMap out = convOut.forward(compute, current.with(normed));
    compute.release(normed);
    return out;
  }
}
