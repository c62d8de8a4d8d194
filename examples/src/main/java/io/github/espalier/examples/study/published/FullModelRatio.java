package io.github.espalier.examples.study.published;

import static io.github.espalier.examples.study.published.ComponentSparsities.DIGITS;

import io.github.espalier.core.sparsity.Sparsity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * A cell of the paper's Table 1: a sparsity of the full model, and the ratio at which the two
 * components share the removed weights. Immutable.
 *
 * @param full share of the parameters of both components that are removed
 * @param ratio how they are shared out
 */
public record FullModelRatio(Sparsity full, RemovalRatio ratio) {
  /**
   * Returns the sparsities of the two components: with <i>T</i> and <i>U</i> parameters, a full
   * sparsity <i>s</i> and a ratio <i>a</i>:<i>b</i>, they are <i>s (T + U) a / ((a + b) T)</i> and
   * <i>s (T + U) b / ((a + b) U)</i>.
   *
   * <p>The formula is read off the paper's runs, all of whose sparsities it gives ({@link
   * ModelSizes#SD2}).
   *
   * @param sizes parameters of the components
   * @return the two, rounded to 30 digits; empty if a component has too few parameters for its
   *     share, which is the paper's N/A
   */
  public Optional<ComponentSparsities> components(ModelSizes sizes) {
    BigDecimal all = BigDecimal.valueOf(sizes.textEncoder()).add(BigDecimal.valueOf(sizes.unet()));
    BigDecimal removed = full.exactFraction().multiply(all);
    Optional<Sparsity> text = share(removed, ratio.textEncoder(), sizes.textEncoder());
    Optional<Sparsity> unet = share(removed, ratio.unet(), sizes.unet());
    return text.flatMap(first -> unet.map(second -> new ComponentSparsities(first, second)));
  }

  private Optional<Sparsity> share(BigDecimal removed, int part, long size) {
    BigDecimal taken = removed.multiply(BigDecimal.valueOf(part));
    BigDecimal whole =
        BigDecimal.valueOf((long) ratio.textEncoder() + ratio.unet())
            .multiply(BigDecimal.valueOf(size));
    return taken.compareTo(whole) > 0
        ? Optional.empty()
        : Optional.of(Sparsity.of(taken.divide(whole, DIGITS, RoundingMode.HALF_UP)));
  }
}
