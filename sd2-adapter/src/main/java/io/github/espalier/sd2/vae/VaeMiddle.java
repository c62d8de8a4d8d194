package io.github.espalier.sd2.vae;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.nn.Attention;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.GroupNorm;
import io.github.espalier.sd2.nn.ParameterSource;
import io.github.espalier.sd2.nn.ResnetBlock;
import io.github.espalier.sd2.nn.SelfAttention;
import java.io.IOException;

/** Two residual blocks with an attention of a single head between them. */
final class VaeMiddle {
  private final String name;
  private final ResnetBlock first;
  private final GroupNorm norm;
  private final SelfAttention attention;
  private final ResnetBlock second;

  VaeMiddle(ParameterSource source, String name, int channels, int groups) throws IOException {
    this.name = name;
    first = resnet(source, name + ".resnets.0", channels, groups);
    String self = name + ".attentions.0";
    norm = GroupNorm.load(source, self + ".group_norm", channels, groups, VaeDecoder.EPSILON);
    attention =
        SelfAttention.load(
            source, SelfAttention.Names.diffusers(self, true), channels, 1, Attention.Mask.NONE);
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
    attention.addTo(compute, normed, map.samples(), map.values());
    compute.output(name + ".attentions.0", map);
    FeatureMap result = second.forward(compute, map, null);
    compute.release(map.values());
    return result;
  }
}
