package io.github.espalier.examples.study.published;

import io.github.espalier.core.sparsity.Sparsity;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A sparsity for each of the two components that the paper prunes. Immutable.
 *
 * @param textEncoder sparsity of the text encoder
 * @param unet sparsity of the U-Net
 */
public record ComponentSparsities(Sparsity textEncoder, Sparsity unet) {
  /** Digits of a quotient, more than a {@code double} holds. */
  static final int DIGITS = 30;

  private static final int PERCENT = 2;

  /**
   * Returns the sparsity of the full model, in the paper's sense: the mean of the two, weighted by
   * the components' sizes.
   *
   * <p>This is the share of all parameters only where the whole components are selected. Where they
   * are not, as in the paper, the true share is lower: see {@code sparsityOfModel} of {@link
   * io.github.espalier.core.report.PruningReport}.
   *
   * @param sizes parameters of the components
   * @return from 0 to 1, rounded to 30 digits
   */
  public Sparsity ofFullModel(ModelSizes sizes) {
    BigDecimal removed =
        textEncoder
            .exactFraction()
            .multiply(BigDecimal.valueOf(sizes.textEncoder()))
            .add(unet.exactFraction().multiply(BigDecimal.valueOf(sizes.unet())));
    BigDecimal all = BigDecimal.valueOf(sizes.textEncoder()).add(BigDecimal.valueOf(sizes.unet()));
    return Sparsity.of(removed.divide(all, DIGITS, RoundingMode.HALF_UP));
  }

  /**
   * Rounds both to whole percent, halves up, as the paper's runs do.
   *
   * @return a changed copy
   */
  public ComponentSparsities rounded() {
    return new ComponentSparsities(rounded(textEncoder), rounded(unet));
  }

  private static Sparsity rounded(Sparsity sparsity) {
    return Sparsity.of(sparsity.exactFraction().setScale(PERCENT, RoundingMode.HALF_UP));
  }

  /** Returns both, such as {@code 53% / 7%}. */
  @Override
  public String toString() {
    return textEncoder + " / " + unet;
  }
}
