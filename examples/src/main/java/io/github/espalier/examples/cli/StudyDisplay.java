package io.github.espalier.examples.cli;

import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.StudyListener;
import io.github.espalier.examples.study.run.StudyProgress;
import java.util.Locale;

/** Shows how far a study is. */
final class StudyDisplay implements StudyListener {
  private static final int MINUTE = 60;
  private static final int HOUR = 3600;

  private final StepDisplay display;
  private String doing = "";
  private String left = "";
  private boolean worked;

  StudyDisplay(StepDisplay display) {
    this.display = display;
  }

  @Override
  public void doing(Configuration configuration, String what) {
    worked = true;
    doing = configuration.label() + ": " + what;
  }

  /** Tells whether anything was left to do. */
  boolean worked() {
    return worked;
  }

  @Override
  public void progress(StudyProgress progress) {
    left =
        progress.secondsLeft().isPresent()
            ? ", " + duration(progress.secondsLeft().getAsDouble()) + " left"
            : "";
    display
        .expecting(progress.allImages())
        .stepTo(
            progress.images(),
            doing
                + ", "
                + Figures.count(progress.images())
                + " of "
                + Figures.count(progress.allImages())
                + " images"
                + left);
  }

  @Override
  public void finished(ConfigurationResult result) {
    display.finished(result.label(), result.label() + ": " + StudyText.scores(result) + left);
  }

  static String duration(double seconds) {
    if (seconds < MINUTE) {
      return Math.round(seconds) + " s";
    }
    if (seconds < HOUR) {
      return Math.round(seconds / MINUTE) + " min";
    }
    return String.format(Locale.ROOT, "%.1f h", seconds / HOUR);
  }
}
