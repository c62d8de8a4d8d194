package io.github.espalier.methods.calibrated;

import io.github.espalier.core.selection.SelectionRule;

/**
 * The rules for counts and ties of methods that score weights by their inputs: {@link
 * SelectionRule#EXACT} and {@link SelectionRule#WANDA}. Stateless.
 */
public final class ScoreRules {
  /** What the option {@code rule} may be, for command lines and their help. */
  public static final String OPTION =
      "how a sparsity becomes a count, and what happens to ties: EXACT (default) or WANDA";

  private ScoreRules() {}

  /**
   * Refuses other rules.
   *
   * @param method name of the method
   * @param rule the rule
   * @return the rule
   * @throws IllegalArgumentException if it is another one
   */
  public static SelectionRule require(String method, SelectionRule rule) {
    if (rule != SelectionRule.EXACT && rule != SelectionRule.WANDA) {
      throw new IllegalArgumentException(
          "method " + method + " has no rule " + rule + "; it has EXACT and WANDA");
    }
    return rule;
  }

  /**
   * Reads a rule.
   *
   * @param option name of the setting
   * @param value its text
   * @return the rule
   * @throws IllegalArgumentException if it is another one
   */
  public static SelectionRule parse(String option, String value) {
    return Options.constant(
        new SelectionRule[] {SelectionRule.EXACT, SelectionRule.WANDA}, option, value);
  }
}
