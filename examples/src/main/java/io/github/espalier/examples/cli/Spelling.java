package io.github.espalier.examples.cli;

import io.github.espalier.core.selection.SelectionRule;
import java.util.Locale;

/** Spells the library's constants as options do: {@code sd2-pruning} for {@code SD2_PRUNING}. */
final class Spelling {
  private Spelling() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Respells the rules in a text of the library, which must not hold paths. */
  static String ofRules(String text) {
    String respelled = text;
    for (SelectionRule rule : SelectionRule.values()) {
      respelled = respelled.replaceAll("(?<!['\\w])" + rule.name() + "(?!['\\w])", of(rule));
    }
    return respelled;
  }
}
