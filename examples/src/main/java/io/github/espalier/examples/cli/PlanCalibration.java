package io.github.espalier.examples.cli;

import io.github.espalier.core.calibration.LayerStatistics;
import java.io.Closeable;
import java.io.IOException;

/**
 * What a plan knows of the layers' inputs.
 *
 * @param layers statistics that layers are pruned from
 * @param allocation those of the allocation's own, which may be none
 */
record PlanCalibration(CalibrationFiles layers, CalibrationFiles allocation) implements Closeable {
  LayerStatistics statistics() {
    return layers.statistics();
  }

  @Override
  public void close() throws IOException {
    try (layers) {
      allocation.close();
    }
  }
}
