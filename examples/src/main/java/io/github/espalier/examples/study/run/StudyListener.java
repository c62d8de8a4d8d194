package io.github.espalier.examples.study.run;

import io.github.espalier.examples.study.plan.Configuration;

/** Hears how far a study is. Calls never overlap, but may come from different threads. */
public interface StudyListener {
  /** Ignores everything. */
  StudyListener NONE = new StudyListener() {};

  /**
   * Something is done for a configuration now.
   *
   * @param configuration the configuration
   * @param what such as {@code pruning} or {@code making images}
   */
  default void doing(Configuration configuration, String what) {}

  /**
   * Some work was done.
   *
   * @param progress how far the whole study is
   */
  default void progress(StudyProgress progress) {}

  /**
   * A configuration is finished, in this run or an earlier one.
   *
   * @param result what came out
   */
  default void finished(ConfigurationResult result) {}
}
