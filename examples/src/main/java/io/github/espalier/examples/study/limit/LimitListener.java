package io.github.espalier.examples.study.limit;

import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.StudyListener;

/** Hears how far a search is. */
public interface LimitListener extends StudyListener {
  /** Ignores everything. */
  LimitListener SILENT = new LimitListener() {};

  /**
   * The dense model was evaluated, and the search begins.
   *
   * @param dense its scores
   * @param mostEvaluations how many there can be besides
   */
  default void begun(ConfigurationResult dense, int mostEvaluations) {}

  /**
   * A pruned model was evaluated, in this run or an earlier one.
   *
   * @param measured what came out
   */
  default void evaluated(Measured measured) {}
}
