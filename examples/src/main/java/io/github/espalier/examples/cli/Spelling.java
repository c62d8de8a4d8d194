package io.github.espalier.examples.cli;

import io.github.espalier.core.allocation.AllocationRule;
import io.github.espalier.core.selection.SelectionRule;
import io.github.espalier.methods.alpha.Tail;
import java.util.List;
import java.util.Locale;

/** Spells the library's constants as options do: {@code sd2-pruning} for {@code SD2_PRUNING}. */
final class Spelling {
  private static final List<Enum<?>[]> SPELT =
      List.of(SelectionRule.values(), AllocationRule.values(), Tail.values());

  private Spelling() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Respells the rules in a text of the library, which must not hold paths. */
  static String ofRules(String text) {
    String respelled = text;
    for (Enum<?>[] constants : SPELT) {
      for (Enum<?> constant : constants) {
        respelled =
            respelled.replaceAll("(?<!['\\w])" + constant.name() + "(?!['\\w])", of(constant));
      }
    }
    return respelled;
  }
}
