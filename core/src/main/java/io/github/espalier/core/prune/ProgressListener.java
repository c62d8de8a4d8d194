package io.github.espalier.core.prune;

import io.github.espalier.core.report.LayerReport;

/**
 * Is told how far a run has come. Calls never overlap, but may come from different threads; a slow
 * listener slows the run, and one that throws an exception ends it, as if a layer had failed.
 */
public interface ProgressListener {
  /** Ignores everything. */
  ProgressListener NONE = new ProgressListener() {};

  /**
   * The run begins.
   *
   * @param totalBytes bytes that will be pruned or copied
   * @param layers number of layers that will be pruned
   */
  default void started(long totalBytes, int layers) {}

  /**
   * Some work was done.
   *
   * @param bytes bytes pruned or copied since the last call
   */
  default void advanced(long bytes) {}

  /**
   * A layer was pruned.
   *
   * @param layer what happened to it
   */
  default void layerPruned(LayerReport layer) {}

  /** Everything was written; the target is about to appear. */
  default void committing() {}
}
