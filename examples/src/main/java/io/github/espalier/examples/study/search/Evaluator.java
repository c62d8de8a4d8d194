package io.github.espalier.examples.study.search;

import java.io.IOException;
import java.util.Map;

/**
 * Scores one configuration: prunes, generates, measures. Searches ask for no configuration twice
 * and, given the same answers, always in the same order, so that an evaluator which remembers its
 * answers makes a search that was stopped go on.
 *
 * @param <C> what is varied
 */
@FunctionalInterface
public interface Evaluator<C> {
  /**
   * Scores a configuration.
   *
   * @param configuration what to score
   * @return the scores by name
   * @throws IOException if something cannot be read or written; the search ends with it
   */
  Map<String, Score> evaluate(C configuration) throws IOException;
}
