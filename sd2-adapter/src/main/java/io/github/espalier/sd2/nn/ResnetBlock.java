package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Two convolutions around a shortcut, the first one shifted by the time embedding if there is one.
 *
 * <p>{@code shortcut(x) + conv2(silu(norm2(conv1(silu(norm1(x))) + time)))}, where the shortcut is
 * a 1x1 convolution if the numbers of channels differ. Source: {@code ResnetBlock2D} of diffusers.
 * Immutable; safe for use by many threads, each with its own {@link Compute}.
 */
public final class ResnetBlock {
  private final String name;
  private final GroupNorm norm1;
  private final Conv2d conv1;
  private final @Nullable Linear timeProjection;
  private final GroupNorm norm2;
  private final Conv2d conv2;
  private final @Nullable Linear shortcut;

  private ResnetBlock(
      ParameterSource source,
      String name,
      int in,
      int out,
      int timeWidth,
      int groups,
      double epsilon)
      throws IOException {
    this.name = name;
    norm1 = GroupNorm.load(source, name + ".norm1", in, groups, epsilon);
    conv1 = Conv2d.load(source, name + ".conv1", in, out, Conv2d.Geometry.SAME);
    timeProjection =
        timeWidth == 0 ? null : Linear.load(source, name + ".time_emb_proj", timeWidth, out);
    norm2 = GroupNorm.load(source, name + ".norm2", out, groups, epsilon);
    conv2 = Conv2d.load(source, name + ".conv2", out, out, Conv2d.Geometry.SAME);
    shortcut = in == out ? null : Linear.loadPointwise(source, name + ".conv_shortcut", in, out);
  }

  /**
   * Reads a block.
   *
   * @param source holds the parameters
   * @param name the block's name
   * @param in number of input channels
   * @param out number of output channels
   * @param timeWidth width of the time embedding; 0 for none
   * @param groups groups of the norms
   * @param epsilon epsilon of the norms
   * @return the block
   * @throws IOException if it cannot be read
   */
  public static ResnetBlock load(
      ParameterSource source,
      String name,
      int in,
      int out,
      int timeWidth,
      int groups,
      double epsilon)
      throws IOException {
    return new ResnetBlock(source, name, in, out, timeWidth, groups, epsilon);
  }

  /**
   * Applies the block.
   *
   * @param compute does the work
   * @param in feature maps
   * @param time the SiLU of the time embedding, one row for all samples; null if the block has none
   * @return maps in a matrix of the workspace, to be released
   * @throws IllegalArgumentException if the maps do not fit, or a time embedding is given to a
   *     block that has none or kept from one that needs it
   */
  public FeatureMap forward(Compute compute, FeatureMap in, @Nullable FloatMatrix time) {
    if ((time == null) != (timeProjection == null)) {
      throw new IllegalArgumentException(
          name + (time == null ? " needs a time embedding" : " takes no time embedding"));
    }
    compute.check();
    FloatMatrix shifts = null;
    if (timeProjection != null && time != null) {
      shifts = timeProjection.forward(compute, time, 1);
    }
    FloatMatrix first = norm1.forward(compute, in, GroupNorm.Then.SILU);
    FeatureMap middle = conv1.forward(compute, in.with(first), shifts);
    compute.release(first);
    if (shifts != null) {
      compute.release(shifts);
    }
    FloatMatrix second = norm2.forward(compute, middle, GroupNorm.Then.SILU);
    compute.release(middle.values());
    FeatureMap out =
        shortcut == null ? Elementwise.copy(compute, in) : in.with(shortcut.forward(compute, in));
    conv2.addTo(compute, out.with(second), out);
    compute.release(second);
    compute.output(name, out);
    return out;
  }
}
