package io.github.espalier.core.allocation;

import io.github.espalier.core.model.Layer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which layers of a component get the same sparsity, by their names.
 *
 * <p>A name is cut at its dots. A number after a segment that ends in {@code s} is a place in a
 * list of modules, as in {@code layers.3} or {@code attentions.1}; other numbers, as in {@code
 * to_out.0} and {@code net.2}, are not. A layer's block is the part of its name up to a place; a
 * layer that is in no list belongs to the block of its first segment, such as {@code
 * time_embedding}.
 *
 * <ul>
 *   <li>{@link #BLOCK}, the default of allocations, takes the last place: {@code
 *       text_model.encoder.layers.3}, {@code down_blocks.0.attentions.1.transformer_blocks.0},
 *       {@code down_blocks.0.resnets.1}. The projections around a transformer block, {@code
 *       down_blocks.0.attentions.1.proj_in} and {@code proj_out}, are a block of their own.
 *   <li>{@link #ofDepth} takes at most that many places: with 1, {@code down_blocks.0} is one
 *       block.
 *   <li>{@link #LAYER} leaves each layer to itself.
 * </ul>
 *
 * <p>Immutable. Names that follow another scheme can be grouped by depth, or by layer.
 */
public final class LayerGrouping {
  /** The innermost list of modules decides. */
  public static final LayerGrouping BLOCK = new LayerGrouping(Integer.MAX_VALUE);

  /** Each layer for itself. */
  public static final LayerGrouping LAYER = new LayerGrouping(0);

  private final int depth;

  private LayerGrouping(int depth) {
    this.depth = depth;
  }

  /**
   * Takes at most some places in lists.
   *
   * @param depth how many places count, at least 1
   * @return the grouping
   * @throws IllegalArgumentException if the depth is less than 1
   */
  public static LayerGrouping ofDepth(int depth) {
    if (depth < 1) {
      throw new IllegalArgumentException("depth is " + depth + ", but must be at least 1");
    }
    return new LayerGrouping(depth);
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @param text {@code block}, {@code layer}, or a depth from 1 to 9
   * @return the grouping
   * @throws IllegalArgumentException if it is something else
   */
  public static LayerGrouping parse(String text) {
    if (text.equals("block")) {
      return BLOCK;
    }
    if (text.equals("layer")) {
      return LAYER;
    }
    if (!text.matches("[1-9]")) {
      throw new IllegalArgumentException(
          "unknown grouping '" + text + "'; expected block, layer, or a depth from 1 to 9");
    }
    return ofDepth(Integer.parseInt(text));
  }

  /**
   * Puts layers into groups.
   *
   * @param layers layers of one component
   * @return for each group the indices of its layers, ascending; groups in the order of their first
   *     layers
   */
  public List<List<Integer>> groups(List<Layer> layers) {
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      groups.computeIfAbsent(groupOf(layers.get(i).name()), any -> new ArrayList<>()).add(i);
    }
    return new ArrayList<>(groups.values());
  }

  /**
   * Returns the name of the group that a layer belongs to.
   *
   * @param name a layer's name
   * @return the beginning of the name, or the whole
   */
  public String groupOf(String name) {
    if (depth == 0) {
      return name;
    }
    String[] segments = name.split("\\.", -1);
    int length = segments[0].length();
    int end = segments[0].length();
    int places = 0;
    for (int i = 1; i < segments.length && places < depth; i++) {
      length += 1 + segments[i].length();
      if (segments[i - 1].endsWith("s") && segments[i].matches("\\d+")) {
        places++;
        end = length;
      }
    }
    return name.substring(0, end);
  }

  /** Returns {@code block}, {@code layer}, or the depth. */
  @Override
  public String toString() {
    return depth == 0 ? "layer" : depth == Integer.MAX_VALUE ? "block" : String.valueOf(depth);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LayerGrouping that && depth == that.depth;
  }

  @Override
  public int hashCode() {
    return Integer.hashCode(depth);
  }
}
