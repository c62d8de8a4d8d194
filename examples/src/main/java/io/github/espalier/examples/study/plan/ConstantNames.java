package io.github.espalier.examples.study.plan;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Constants as plans spell them: {@code clean-fid} for {@code CLEAN_FID}. */
final class ConstantNames {
  private ConstantNames() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static <E extends Enum<E>> E parse(E[] constants, String text) {
    return Arrays.stream(constants)
        .filter(each -> of(each).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'"
                        + text
                        + "' is none of "
                        + Arrays.stream(constants)
                            .map(ConstantNames::of)
                            .collect(Collectors.joining(", "))));
  }
}
