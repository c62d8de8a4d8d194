package io.github.espalier.examples.study.search;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.sparsity.Sparsity;
import java.util.List;

/**
 * The sparsities of text encoder and U-Net that a joint search chooses from. Immutable.
 *
 * @param textEncoder sparsities of the text encoder, ascending from 0
 * @param unet sparsities of the U-Net, ascending from 0
 */
public record JointGrid(List<Sparsity> textEncoder, List<Sparsity> unet) {
  private static final int MOST_CELLS = 10_000;

  /**
   * Copies the lists, and puts 0 in front where it is missing.
   *
   * @param textEncoder sparsities of the text encoder, strictly ascending
   * @param unet sparsities of the U-Net, strictly ascending
   * @throws IllegalArgumentException if they do not ascend, or if there are more than 10,000
   *     combinations
   */
  public JointGrid {
    textEncoder = fromZero("text encoder", textEncoder);
    unet = fromZero("U-Net", unet);
    long cells = (long) textEncoder.size() * unet.size();
    if (cells > MOST_CELLS) {
      throw new IllegalArgumentException(
          "a grid of " + cells + " combinations: expected at most " + MOST_CELLS);
    }
  }

  /**
   * Makes a grid of equal steps.
   *
   * @param textEncoder highest sparsity of the text encoder
   * @param unet highest sparsity of the U-Net
   * @param step distance of the sparsities, above 0 and at most the highest of each
   * @return the multiples of the step, and the highest
   * @throws IllegalArgumentException if the step is out of range, or there are too many
   */
  public static JointGrid steps(Sparsity textEncoder, Sparsity unet, Sparsity step) {
    return steps(SparsityRange.upTo(textEncoder), SparsityRange.upTo(unet), step);
  }

  /**
   * Makes a grid of equal steps within ranges.
   *
   * @param textEncoder range of the text encoder
   * @param unet range of the U-Net
   * @param step distance of the sparsities
   * @return the {@linkplain SparsityRange#levels levels} of both
   * @throws IllegalArgumentException if the step is out of range, or there are too many
   */
  public static JointGrid steps(SparsityRange textEncoder, SparsityRange unet, Sparsity step) {
    return new JointGrid(textEncoder.levels(step), unet.levels(step));
  }

  private static ImmutableList<Sparsity> fromZero(String component, List<Sparsity> levels) {
    boolean hasZero = !levels.isEmpty() && levels.get(0).equals(Sparsity.ZERO);
    ImmutableList.Builder<Sparsity> all = ImmutableList.<Sparsity>builder().add(Sparsity.ZERO);
    Sparsity last = Sparsity.ZERO;
    for (Sparsity next : hasZero ? levels.subList(1, levels.size()) : levels) {
      if (next.compareTo(last) <= 0) {
        throw new IllegalArgumentException(
            "sparsities of the " + component + " are " + levels + ": expected ascending ones");
      }
      all.add(next);
      last = next;
    }
    return all.build();
  }
}
