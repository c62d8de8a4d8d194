package io.github.espalier.examples.study.search;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * A configuration, its scores, and what they say. Immutable.
 *
 * @param configuration what was scored
 * @param scores the scores by name
 * @param verdict the worst verdict of the criteria
 * @param kept whether the search took it for kept
 * @param <C> what is varied
 */
public record Evaluation<C>(
    C configuration, Map<String, Score> scores, Verdict verdict, boolean kept) {
  /**
   * Copies the scores.
   *
   * @param configuration what was scored
   * @param scores the scores by name
   * @param verdict the worst verdict of the criteria
   * @param kept whether the search took it for kept
   */
  public Evaluation {
    scores = ImmutableMap.copyOf(scores);
  }
}
