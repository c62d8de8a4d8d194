package io.github.espalier.sd2.unet;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.architecture.UnetConfig;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.GroupNorm;
import io.github.espalier.sd2.nn.Linear;
import io.github.espalier.sd2.nn.ParameterSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Transformer blocks over the pixels of feature maps, on a residual. */
final class SpatialTransformer {
  /** Fixed in diffusers, whatever the other norms have. */
  private static final double EPSILON = 1e-6;

  private final String name;
  private final GroupNorm norm;
  private final Linear in;
  private final List<TransformerBlock> blocks = new ArrayList<>();
  private final Linear out;

  SpatialTransformer(
      ParameterSource source, String name, int channels, int heads, UnetConfig config)
      throws IOException {
    this.name = name;
    norm = GroupNorm.load(source, name + ".norm", channels, config.normNumGroups(), EPSILON);
    in = projection(source, name + ".proj_in", channels, config);
    for (int i = 0; i < config.transformerLayersPerBlock(); i++) {
      blocks.add(
          new TransformerBlock(
              source,
              name + ".transformer_blocks." + i,
              channels,
              heads,
              config.crossAttentionDim()));
    }
    out = projection(source, name + ".proj_out", channels, config);
  }

  /** SD 1 has 1x1 convolutions here, which do the same as SD 2's linear layers. */
  private static Linear projection(
      ParameterSource source, String name, int channels, UnetConfig config) throws IOException {
    return config.useLinearProjection()
        ? Linear.load(source, name, channels, channels)
        : Linear.loadPointwise(source, name, channels, channels);
  }

  void applyTo(Compute compute, FeatureMap map, FloatMatrix context) {
    FloatMatrix normed = norm.forward(compute, map, GroupNorm.Then.NOTHING);
    FloatMatrix states = in.forward(compute, map.with(normed));
    compute.release(normed);
    for (TransformerBlock block : blocks) {
      block.applyTo(compute, states, context, map.samples());
    }
    out.addTo(compute, map.with(states), map.values());
    compute.release(states);
    compute.output(name, map);
  }
}
