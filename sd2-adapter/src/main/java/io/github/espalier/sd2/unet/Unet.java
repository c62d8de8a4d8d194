package io.github.espalier.sd2.unet;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.architecture.UnetConfig;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Conv2d;
import io.github.espalier.sd2.nn.Elementwise;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.GroupNorm;
import io.github.espalier.sd2.nn.ParameterSource;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The denoising network: from noisy latents, a timestep and text states to the prediction that a
 * scheduler understands.
 *
 * <p>Source: {@code UNet2DConditionModel} of diffusers. Immutable; safe for use by many threads,
 * each with its own {@link Compute}, while the parameters are open.
 */
public final class Unet {
  private final UnetConfig config;
  private final TimeEmbedding timeEmbedding;
  private final Conv2d convIn;
  private final List<UnetBlock> down;
  private final UnetBlock middle;
  private final List<UnetBlock> up;
  private final GroupNorm normOut;
  private final Conv2d convOut;

  private Unet(UnetConfig config, ParameterSource source) throws IOException {
    this.config = config;
    int first = config.blockOutChannels().get(0);
    timeEmbedding = new TimeEmbedding(source, first, config.timeEmbeddingWidth());
    convIn = Conv2d.load(source, "conv_in", config.inChannels(), first, Conv2d.Geometry.SAME);
    UnetLoader loader = new UnetLoader(config, source);
    down = loader.down();
    middle = loader.middle();
    up = loader.up();
    normOut =
        GroupNorm.load(source, "conv_norm_out", first, config.normNumGroups(), config.normEps());
    convOut = Conv2d.load(source, "conv_out", first, config.outChannels(), Conv2d.Geometry.SAME);
  }

  /**
   * Reads a U-Net.
   *
   * @param config its sizes
   * @param source holds its parameters, under the names of the diffusers layout
   * @return the U-Net
   * @throws io.github.espalier.core.model.CheckpointFormatException if a tensor is missing or its
   *     shape is another one than the sizes say
   * @throws IOException if it cannot be read
   */
  public static Unet load(UnetConfig config, ParameterSource source) throws IOException {
    return new Unet(config, source);
  }

  /**
   * Returns the U-Net's sizes.
   *
   * @return the configuration
   */
  public UnetConfig config() {
    return config;
  }

  /**
   * Predicts.
   *
   * @param compute does the work
   * @param latents scaled noisy latents; any height and width, though those below 8 leave the
   *     lowest blocks a single pixel
   * @param timestep when, for all samples; may be fractional
   * @param context text states, a row for each token, sample by sample
   * @return the prediction, of the latents' size, in a matrix of the workspace, to be released
   * @throws IllegalArgumentException if channels, width or number of samples do not fit
   */
  public FeatureMap forward(
      Compute compute, FeatureMap latents, double timestep, FloatMatrix context) {
    check(latents, context);
    FloatMatrix time = timeEmbedding.forward(compute, timestep);
    Deque<FeatureMap> skips = new ArrayDeque<>();
    FeatureMap current = convIn.forward(compute, latents);
    compute.output("conv_in", current);
    skips.push(current);
    for (UnetBlock block : down) {
      for (int i = 0; i < block.resnets().size(); i++) {
        current = block.layer(i, compute, current, time, context);
        skips.push(current);
      }
      if (block.resize() != null) {
        current = block.resize().forward(compute, current);
        compute.output(block.name() + ".downsamplers.0", current);
        skips.push(current);
      }
    }
    current = middle(compute, current, time, context);
    for (UnetBlock block : up) {
      for (int i = 0; i < block.resnets().size(); i++) {
        FeatureMap joined = join(compute, current, skips.pop());
        current = block.layer(i, compute, joined, time, context);
        compute.release(joined.values());
      }
      current = enlarge(compute, block.name(), block.resize(), current, skips.peek());
    }
    compute.release(time);
    return finish(compute, current);
  }

  private void check(FeatureMap latents, FloatMatrix context) {
    if (latents.channels() != config.inChannels()) {
      throw new IllegalArgumentException(
          "the U-Net wants " + config.inChannels() + " channels, found " + latents);
    }
    if (context.columns() != config.crossAttentionDim()) {
      throw new IllegalArgumentException(
          "the U-Net wants text states of width "
              + config.crossAttentionDim()
              + ", found "
              + context);
    }
    if (latents.samples() < 1 || context.rows() % latents.samples() != 0) {
      throw new IllegalArgumentException(
          context + " cannot be the text states of " + latents.samples() + " samples");
    }
  }

  /** What comes in belongs to the skips. */
  private FeatureMap middle(Compute compute, FeatureMap in, FloatMatrix time, FloatMatrix context) {
    FeatureMap first = middle.resnets().get(0).forward(compute, in, time);
    middle.transformers().get(0).applyTo(compute, first, context);
    FeatureMap second = middle.resnets().get(1).forward(compute, first, time);
    compute.release(first.values());
    compute.output(middle.name(), second);
    return second;
  }

  private static FeatureMap join(Compute compute, FeatureMap current, FeatureMap skip) {
    FeatureMap joined = Elementwise.concatenate(compute, current, skip);
    compute.release(current.values());
    compute.release(skip.values());
    return joined;
  }

  /** Enlarges to the size of the next skip, which need not be twice the size. */
  private static FeatureMap enlarge(
      Compute compute,
      String name,
      @Nullable Conv2d conv,
      FeatureMap current,
      @Nullable FeatureMap skip) {
    if (conv == null || skip == null) {
      return current;
    }
    FeatureMap large = Elementwise.nearest(compute, current, skip.height(), skip.width());
    compute.release(current.values());
    FeatureMap out = conv.forward(compute, large);
    compute.release(large.values());
    compute.output(name + ".upsamplers.0", out);
    return out;
  }

  private FeatureMap finish(Compute compute, FeatureMap last) {
    FloatMatrix normed = normOut.forward(compute, last, GroupNorm.Then.SILU);
    compute.release(last.values());
    FeatureMap out = convOut.forward(compute, last.with(normed));
    compute.release(normed);
    return out;
  }
}
