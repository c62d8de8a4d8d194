package io.github.espalier.examples.cli;

import io.github.espalier.metrics.extract.ExtractionListener;
import io.github.espalier.metrics.extract.SkippedImage;

/** Shows how far an extraction is, and counts. */
final class ExtractionProgress implements ExtractionListener {
  private final StepDisplay display;
  private int first = -1;
  private int done;
  private int skipped;

  ExtractionProgress(StepDisplay display) {
    this.display = display;
  }

  /** How many images an earlier run had done. */
  int before() {
    return Math.max(0, first);
  }

  int done() {
    return done;
  }

  int skipped() {
    return skipped;
  }

  @Override
  public void progress(int count, int images) {
    first = first < 0 ? count : first;
    done = count;
    String line = count + " of " + images + " images";
    display.expecting(images).stepTo(count, line);
    if (count == images) {
      display.finished(
          skipped + " skipped", line + (skipped > 0 ? ", " + skipped + " skipped" : ""));
    }
  }

  @Override
  public void skipped(SkippedImage image) {
    skipped++;
  }
}
