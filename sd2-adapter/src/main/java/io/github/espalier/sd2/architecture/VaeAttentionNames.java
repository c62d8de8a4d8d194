package io.github.espalier.sd2.architecture;

import com.google.common.collect.ImmutableBiMap;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a folder names the linear layers of the VAE's attention. diffusers renamed them in release
 * 0.17 and reads both; the published folders of SD 1 and 2 have the older names. Shapes and values
 * are the same.
 */
public enum VaeAttentionNames {
  /** {@code query}, {@code key}, {@code value}, {@code proj_attn}. */
  OLD,
  /** {@code to_q}, {@code to_k}, {@code to_v}, {@code to_out.0}. */
  NEW;

  private static final ImmutableBiMap<String, String> OLD_TO_NEW =
      ImmutableBiMap.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

  // The whole name is matched: replacing substrings is how "to_to_k" came into the world
  // (diffusers, issue 3387).
  private static final Pattern ATTENTION =
      Pattern.compile(
          "((?:encoder|decoder)\\.mid_block\\.attentions\\.\\d+\\.)"
              + "(query|key|value|proj_attn|to_q|to_k|to_v|to_out\\.0)"
              + "(\\.(?:weight|bias))?");

  /**
   * Finds out which names a VAE has.
   *
   * @param names names of tensors, without the component
   * @return {@link #OLD} if any of them is an older name, else {@link #NEW}
   */
  public static VaeAttentionNames of(Collection<String> names) {
    return names.stream().anyMatch(VaeAttentionNames::isOld) ? OLD : NEW;
  }

  private static boolean isOld(String name) {
    Matcher matcher = ATTENTION.matcher(name);
    return matcher.matches() && OLD_TO_NEW.containsKey(matcher.group(2));
  }

  /**
   * Gives a tensor or module of a VAE the name that it has here.
   *
   * @param name a name of either era; others are returned as they are
   * @return the name of this era
   */
  public String rename(String name) {
    Matcher matcher = ATTENTION.matcher(name);
    if (!matcher.matches()) {
      return name;
    }
    String suffix = matcher.group(3) == null ? "" : matcher.group(3);
    Map<String, String> renames = this == NEW ? OLD_TO_NEW : OLD_TO_NEW.inverse();
    String layer = matcher.group(2);
    return matcher.group(1) + renames.getOrDefault(layer, layer) + suffix;
  }
}
