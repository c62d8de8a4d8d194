package io.github.espalier.examples.study.plan;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.sparsity.Sparsity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How far an experiment prunes. Immutable. */
public sealed interface Sweep {
  /**
   * Sparsities of both parts, before it is known how these are pruned.
   *
   * @param text of the text encoder, which counts if the experiment prunes it
   * @param unet of the U-Net, likewise
   * @param textShare of a table of ratios, the text encoder's share
   * @param full of a table of ratios, the sparsity of both
   * @param feasible whether both are possible
   */
  record Level(
      Sparsity text,
      Sparsity unet,
      Optional<Sparsity> textShare,
      Optional<Sparsity> full,
      boolean feasible) {
    static Level of(Sparsity text, Sparsity unet) {
      return new Level(text, unet, Optional.empty(), Optional.empty(), true);
    }
  }

  /**
   * Returns the sparsities.
   *
   * @return at least one level, in order
   */
  List<Level> levels();

  /**
   * The same sparsity of every part that an experiment prunes.
   *
   * @param values the sparsities, at least one
   */
  record Single(List<Sparsity> values) implements Sweep {
    /**
     * Copies the list.
     *
     * @param values the sparsities
     * @throws IllegalArgumentException if there are none
     */
    public Single {
      values = ImmutableList.copyOf(values);
      requireSome(values);
    }

    @Override
    public List<Level> levels() {
      return values.stream().map(each -> Level.of(each, each)).toList();
    }
  }

  /**
   * Pairs of sparsities.
   *
   * @param text of the text encoder, at least one
   * @param unet of the U-Net, as many
   */
  record Pairs(List<Sparsity> text, List<Sparsity> unet) implements Sweep {
    /**
     * Copies the lists.
     *
     * @param text of the text encoder
     * @param unet of the U-Net
     * @throws IllegalArgumentException if there are none, or not equally many
     */
    public Pairs {
      text = ImmutableList.copyOf(text);
      unet = ImmutableList.copyOf(unet);
      requireSome(text);
      if (text.size() != unet.size()) {
        throw new IllegalArgumentException("pairs need as many sparsities of the one as the other");
      }
    }

    @Override
    public List<Level> levels() {
      List<Level> levels = new ArrayList<>();
      for (int i = 0; i < text.size(); i++) {
        levels.add(Level.of(text.get(i), unet.get(i)));
      }
      return levels;
    }
  }

  /**
   * From sparsities of both parts down in equal steps, as in the paper's Tables 6 and 10.
   *
   * @param text where the text encoder begins, in the paper its threshold
   * @param unet where the U-Net begins, likewise
   * @param step how much less both have each time
   * @param count how many levels, at least 1, the first included
   */
  record Descent(Sparsity text, Sparsity unet, Sparsity step, int count) implements Sweep {
    /**
     * Checks that no sparsity is negative.
     *
     * @param text where the text encoder begins
     * @param unet where the U-Net begins
     * @param step how much less both have each time
     * @param count how many levels
     * @throws IllegalArgumentException if the descent has no level, or ends below zero
     */
    public Descent {
      BigDecimal down = step.exactFraction().multiply(BigDecimal.valueOf(count - 1L));
      BigDecimal lower = text.exactFraction().min(unet.exactFraction());
      if (count < 1 || lower.compareTo(down) < 0) {
        throw new IllegalArgumentException(
            "a descent of "
                + count
                + " levels of "
                + step
                + " from "
                + text
                + " and "
                + unet
                + " has no level, or ends below zero");
      }
    }

    @Override
    public List<Level> levels() {
      List<Level> levels = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        BigDecimal down = step.exactFraction().multiply(BigDecimal.valueOf(i));
        levels.add(
            Level.of(
                Sparsity.of(text.exactFraction().subtract(down)),
                Sparsity.of(unet.exactFraction().subtract(down))));
      }
      return levels;
    }
  }

  /**
   * Sparsities of both parts together, divided between them, as in the paper's Table 1. Of <i>f (T
   * + U)</i> pruned parameters the text encoder has the share <i>r</i>, hence the sparsity <i>r f
   * (T + U) / T</i>, and the U-Net <i>(1 - r) f (T + U) / U</i>, both rounded to whole percent. It
   * is what the paper computes: sparsities of parts as if all of their weights were selected.
   *
   * @param textShares <i>r</i>, at least one; the rows
   * @param full <i>f</i>, at least one; the columns
   * @param textParameters <i>T</i>, at least 1
   * @param unetParameters <i>U</i>, at least 1
   */
  record Ratios(
      List<Sparsity> textShares, List<Sparsity> full, long textParameters, long unetParameters)
      implements Sweep {
    /** Parameters of Stable Diffusion 2's text encoder. */
    public static final long SD2_TEXT = 340_387_840;

    /** Parameters of Stable Diffusion 2's U-Net. */
    public static final long SD2_UNET = 865_910_724;

    /**
     * Copies the lists.
     *
     * @param textShares the text encoder's shares
     * @param full sparsities of both parts
     * @param textParameters parameters of the text encoder
     * @param unetParameters parameters of the U-Net
     * @throws IllegalArgumentException if a list is empty, or a number is less than 1
     */
    public Ratios {
      textShares = ImmutableList.copyOf(textShares);
      full = ImmutableList.copyOf(full);
      requireSome(textShares);
      requireSome(full);
      if (textParameters < 1 || unetParameters < 1) {
        throw new IllegalArgumentException("both parts must have parameters");
      }
    }

    @Override
    public List<Level> levels() {
      List<Level> levels = new ArrayList<>();
      for (Sparsity share : textShares) {
        for (Sparsity all : full) {
          levels.add(level(share, all));
        }
      }
      return levels;
    }

    private Level level(Sparsity share, Sparsity all) {
      BigDecimal pruned =
          all.exactFraction().multiply(BigDecimal.valueOf(textParameters + unetParameters));
      BigDecimal text = percent(share.exactFraction().multiply(pruned), textParameters);
      BigDecimal unet =
          percent(BigDecimal.ONE.subtract(share.exactFraction()).multiply(pruned), unetParameters);
      boolean feasible = text.compareTo(BigDecimal.ONE) <= 0 && unet.compareTo(BigDecimal.ONE) <= 0;
      return new Level(
          feasible ? Sparsity.of(text) : Sparsity.ZERO,
          feasible ? Sparsity.of(unet) : Sparsity.ZERO,
          Optional.of(share),
          Optional.of(all),
          feasible);
    }

    private static BigDecimal percent(BigDecimal pruned, long parameters) {
      return pruned.divide(BigDecimal.valueOf(parameters), 2, RoundingMode.HALF_UP);
    }
  }

  private static void requireSome(List<Sparsity> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("there are no sparsities");
    }
  }
}
