package io.github.espalier.sd2.unet;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Conv2d;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.ResnetBlock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A block on the way down or up: residual blocks, each followed by a transformer if there are any,
 * and a change of size at the end.
 */
record UnetBlock(
    String name,
    List<ResnetBlock> resnets,
    List<SpatialTransformer> transformers,
    @Nullable Conv2d resize) {

  /** Applies one residual block, and its transformer. */
  FeatureMap layer(
      int index, Compute compute, FeatureMap in, FloatMatrix time, FloatMatrix context) {
    FeatureMap out = resnets.get(index).forward(compute, in, time);
    if (!transformers.isEmpty()) {
      transformers.get(index).applyTo(compute, out, context);
    }
    return out;
  }
}
