package io.github.espalier.sd2.vae;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.nn.Attention;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.GroupNorm;
import io.github.espalier.sd2.nn.Linear;
import io.github.espalier.sd2.nn.ParameterSource;
import io.github.espalier.sd2.nn.ResnetBlock;
import java.io.IOException;
import java.util.List;

/** Two residual blocks with an attention of a single head between them. */
final class VaeMiddle {
  private final String name;
  private final int channels;
  private final ResnetBlock first;
  private final GroupNorm norm;
  private final Linear projections;
  private final Linear out;
  private final ResnetBlock second;

  VaeMiddle(ParameterSource source, String name, int channels, int groups) throws IOException {
    this.name = name;
    this.channels = channels;
    first = resnet(source, name + ".resnets.0", channels, groups);
    String attention = name + ".attentions.0.";
    norm = GroupNorm.load(source, attention + "group_norm", channels, groups, VaeDecoder.EPSILON);
    projections =
        Linear.loadFused(
            source,
            List.of(attention + "to_q", attention + "to_k", attention + "to_v"),
            channels,
            channels,
            true);
    out = Linear.load(source, attention + "to_out.0", channels, channels);
    second = resnet(source, name + ".resnets.1", channels, groups);
  }

  private static ResnetBlock resnet(ParameterSource source, String name, int channels, int groups)
      throws IOException {
    return ResnetBlock.load(source, name, channels, channels, 0, groups, VaeDecoder.EPSILON);
  }

  /** Releases what comes in. */
  FeatureMap forward(Compute compute, FeatureMap in) {
    FeatureMap map = first.forward(compute, in, null);
    compute.release(in.values());
    FloatMatrix normed = norm.forward(compute, map, GroupNorm.Then.NOTHING);
    FloatMatrix all = projections.forward(compute, map.with(normed));
    compute.release(normed);
    FloatMatrix attended =
        new Attention(map.samples(), 1, 1 / Math.sqrt(channels), Attention.Mask.NONE)
            .forward(
                compute,
                all.columns(0, channels),
                all.columns(channels, channels),
                all.columns(2 * channels, channels));
    compute.release(all);
    out.addTo(compute, map.with(attended), map.values());
    compute.release(attended);
    compute.output(name + ".attentions.0", map);
    FeatureMap result = second.forward(compute, map, null);
    compute.release(map.values());
    return result;
  }
}
