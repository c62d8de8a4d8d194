package io.github.espalier.examples.cli;

import io.github.espalier.core.model.Layer;
import io.github.espalier.sd2.calibration.CalibrationListener;
import java.util.List;

/** Shows the passes of a calibration over its captions, and remembers which layers it left out. */
final class CalibrationProgress implements CalibrationListener {
  private final StepDisplay display;
  private int skipped;

  CalibrationProgress(StepDisplay display) {
    this.display = display;
  }

  /** How many selected layers the network never runs. */
  int skipped() {
    return skipped;
  }

  @Override
  public void skipped(List<Layer> layers) {
    skipped = layers.size();
  }

  @Override
  public void progress(int stage, int stages, int done, int captions) {
    String pass = stages == 1 ? "" : "pass " + (stage + 1) + " of " + stages;
    String line = (pass.isEmpty() ? "" : pass + ", ") + done + " of " + captions + " captions";
    display.expecting((long) stages * captions).stepTo((long) stage * captions + done, line);
    if (done == captions) {
      display.finished(pass, line);
    }
  }
}
