package io.github.espalier.sd2.calibration;

import io.github.espalier.core.model.Layer;
import java.util.List;

/**
 * Is told how far a calibration has come, on the thread that runs it. One that throws an exception
 * ends the run, which can be resumed.
 */
public interface CalibrationListener {
  /** Ignores everything. */
  CalibrationListener NONE = new CalibrationListener() {};

  /**
   * Layers were selected that the network never runs; nothing is learned about them.
   *
   * @param layers at least one
   */
  default void skipped(List<Layer> layers) {}

  /**
   * Some captions have been run.
   *
   * @param stage the pass over the captions, from 0: a block or a package; 0 for one shot
   * @param stages how many passes there are
   * @param done captions of this pass that are done
   * @param captions how many it has
   */
  default void progress(int stage, int stages, int done, int captions) {}

  /**
   * A layer was pruned in memory, so that what follows sees it pruned.
   *
   * @param layer the layer
   */
  default void layerPruned(Layer layer) {}
}
