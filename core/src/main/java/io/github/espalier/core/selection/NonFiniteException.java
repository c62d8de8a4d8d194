package io.github.espalier.core.selection;

import java.io.Serial;

/** Weights or saliencies hold an infinity or NaN, which have no rank. The message counts them. */
public final class NonFiniteException extends ArithmeticException {
  @Serial private static final long serialVersionUID = 1L;

  NonFiniteException(long count, long total) {
    super(
        count
            + " of "
            + total
            + " values "
            + (count == 1 ? "is" : "are")
            + " infinite or NaN and cannot be ranked");
  }
}
