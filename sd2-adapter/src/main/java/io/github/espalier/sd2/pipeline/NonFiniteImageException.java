package io.github.espalier.sd2.pipeline;

import java.io.Serial;
import java.util.Locale;

/**
 * An image has values that are no finite numbers, so that there is nothing to show: the weights
 * hold such values, or are so large that the arithmetic of binary32 overflows.
 */
public final class NonFiniteImageException extends IllegalStateException {
  @Serial private static final long serialVersionUID = 1L;

  private static final int LONGEST_QUOTE = 120;

  NonFiniteImageException(int index, ImageRequest request, String place) {
    super(
        String.format(
            Locale.ROOT,
            "image %d of the list (prompt \"%s\", seed %d) has values that are no finite numbers,"
                + " %s: the weights hold such values or are too large",
            index,
            quote(request.prompt()),
            request.seed(),
            place));
  }

  private static String quote(String prompt) {
    return prompt.codePointCount(0, prompt.length()) <= LONGEST_QUOTE
        ? prompt
        : prompt.substring(0, prompt.offsetByCodePoints(0, LONGEST_QUOTE)) + "...";
  }
}
