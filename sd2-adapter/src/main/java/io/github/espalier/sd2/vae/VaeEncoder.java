package io.github.espalier.sd2.vae;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.architecture.VaeConfig;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Conv2d;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.GroupNorm;
import io.github.espalier.sd2.nn.Linear;
import io.github.espalier.sd2.nn.Padding;
import io.github.espalier.sd2.nn.ParameterSource;
import io.github.espalier.sd2.nn.ResnetBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes latents of images.
 *
 * <p>Source: {@code AutoencoderKL.encode} of diffusers. Immutable; safe for use by many threads,
 * each with its own {@link Compute}, while the parameters are open.
 */
public final class VaeEncoder {
  /** A zero column on the right and a zero row below, none on the other sides. */
  private static final Conv2d.Geometry HALVING =
      new Conv2d.Geometry(3, 3, 2, new Padding(0, 1, 0, 1));

  private static final float LEAST_LOG_VARIANCE = -30f;
  private static final float GREATEST_LOG_VARIANCE = 20f;

  private final VaeConfig config;
  private final Conv2d convIn;
  private final List<Block> blocks = new ArrayList<>();
  private final VaeMiddle middle;
  private final GroupNorm normOut;
  private final Conv2d convOut;
  private final Linear quant;

  private record Block(String name, List<ResnetBlock> resnets, @Nullable Conv2d halving) {}

  private VaeEncoder(VaeConfig config, ParameterSource source) throws IOException {
    this.config = config;
    List<Integer> channels = config.blockOutChannels();
    int groups = config.normNumGroups();
    int in = channels.get(0);
    convIn = conv(source, "encoder.conv_in", config.inChannels(), in, Conv2d.Geometry.SAME);
    for (int i = 0; i < channels.size(); i++) {
      int out = channels.get(i);
      String name = "encoder.down_blocks." + i;
      List<ResnetBlock> resnets = new ArrayList<>();
      for (int j = 0; j < config.layersPerBlock(); j++) {
        resnets.add(
            ResnetBlock.load(
                source,
                name + ".resnets." + j,
                j == 0 ? in : out,
                out,
                0,
                groups,
                VaeDecoder.EPSILON));
      }
      Conv2d halving =
          i == channels.size() - 1
              ? null
              : conv(source, name + ".downsamplers.0.conv", out, out, HALVING);
      blocks.add(new Block(name, resnets, halving));
      in = out;
    }
    middle = new VaeMiddle(source, "encoder.mid_block", in, groups);
    normOut = GroupNorm.load(source, "encoder.conv_norm_out", in, groups, VaeDecoder.EPSILON);
    int moments = 2 * config.latentChannels();
    convOut = conv(source, "encoder.conv_out", in, moments, Conv2d.Geometry.SAME);
    quant = Linear.loadPointwise(source, "quant_conv", moments, moments);
  }

  private static Conv2d conv(
      ParameterSource source, String name, int in, int out, Conv2d.Geometry geometry)
      throws IOException {
    return Conv2d.load(source, name, in, out, geometry);
  }

  /**
   * Reads an encoder.
   *
   * @param config the autoencoder's sizes
   * @param source holds its parameters, under the names of the diffusers layout
   * @return the encoder
   * @throws io.github.espalier.core.model.CheckpointFormatException if a tensor is missing or its
   *     shape is another one than the sizes say
   * @throws IOException if it cannot be read
   */
  public static VaeEncoder load(VaeConfig config, ParameterSource source) throws IOException {
    return new VaeEncoder(config, source);
  }

  /**
   * Encodes images.
   *
   * @param compute does the work
   * @param images images whose channels are -1 to 1; latents have an eighth of their height and
   *     width in SD's autoencoder
   * @return the distribution of the latents
   * @throws IllegalArgumentException if the number of channels does not fit, or an image is too
   *     small to be halved as often as the encoder does
   */
  public LatentDistribution forward(Compute compute, FeatureMap images) {
    int smallest = config.reduction();
    if (images.channels() != config.inChannels()
        || images.height() < smallest
        || images.width() < smallest) {
      throw new IllegalArgumentException(
          "the encoder wants "
              + config.inChannels()
              + " channels and at least "
              + smallest
              + " pixels each way, found "
              + images);
    }
    FeatureMap current = convIn.forward(compute, images);
    compute.output("encoder.conv_in", current);
    for (Block block : blocks) {
      for (ResnetBlock resnet : block.resnets()) {
        FeatureMap next = resnet.forward(compute, current, null);
        compute.release(current.values());
        current = next;
      }
      if (block.halving() != null) {
        FeatureMap small = block.halving().forward(compute, current);
        compute.release(current.values());
        current = small;
        compute.output(block.name() + ".downsamplers.0", current);
      }
    }
    current = middle.forward(compute, current);
    FloatMatrix normed = normOut.forward(compute, current, GroupNorm.Then.SILU);
    compute.release(current.values());
    FeatureMap raw = convOut.forward(compute, current.with(normed));
    compute.release(normed);
    FloatMatrix moments = quant.forward(compute, raw);
    compute.release(raw.values());
    return distribution(compute, raw.with(moments));
  }

  private LatentDistribution distribution(Compute compute, FeatureMap moments) {
    int channels = config.latentChannels();
    float[] mean = new float[moments.values().rows() * channels];
    float[] logVariance = new float[mean.length];
    for (int row = 0; row < moments.values().rows(); row++) {
      moments.values().get(row, 0, mean, row * channels, channels);
      moments.values().get(row, channels, logVariance, row * channels, channels);
    }
    compute.release(moments.values());
    for (int i = 0; i < logVariance.length; i++) {
      logVariance[i] =
          Math.max(LEAST_LOG_VARIANCE, Math.min(GREATEST_LOG_VARIANCE, logVariance[i]));
    }
    return new LatentDistribution(
        moments.samples(), moments.height(), moments.width(), channels, mean, logVariance);
  }
}
