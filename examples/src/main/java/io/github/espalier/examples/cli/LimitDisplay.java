package io.github.espalier.examples.cli;

import io.github.espalier.examples.study.limit.LimitListener;
import io.github.espalier.examples.study.limit.Measured;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.StudyProgress;

/** Shows how far a search is, and each evaluation as it comes. */
final class LimitDisplay implements LimitListener {
  private final StepDisplay display;
  private final int imagesOfEach;
  private String doing = "";
  private int finished;
  private int evaluated;

  /** Besides the dense model; unknown as long as that is evaluated. */
  private int most;

  private double secondsPerImage;

  LimitDisplay(StepDisplay display, int imagesOfEach) {
    this.display = display;
    this.imagesOfEach = imagesOfEach;
  }

  @Override
  public void doing(Configuration configuration, String what) {
    doing = configuration.label() + ": " + what;
  }

  @Override
  public void progress(StudyProgress progress) {
    long current = progress.images() - (long) progress.configurations() * imagesOfEach;
    long rest = progress.allImages() - progress.images();
    if (progress.secondsLeft().isPresent() && rest > 0) {
      secondsPerImage = progress.secondsLeft().getAsDouble() / rest;
    }
    long done = (long) finished * imagesOfEach + current;
    long all = (long) (1 + most) * imagesOfEach;
    display.expecting(all).stepTo(done, doing + images(current) + left(all - done));
  }

  private String images(long current) {
    return current == 0
        ? ""
        : ", " + Figures.count(current) + " of " + Figures.count(imagesOfEach) + " images";
  }

  private String left(long images) {
    return secondsPerImage == 0 || most == 0
        ? ""
        : ", at most " + StudyDisplay.duration(secondsPerImage * images) + " left";
  }

  @Override
  public void finished(ConfigurationResult result) {
    finished++;
    doing = result.label() + ": finished";
  }

  @Override
  public void begun(ConfigurationResult dense, int mostEvaluations) {
    most = mostEvaluations;
    display.announce(
        "dense: " + StudyText.scores(dense) + "; at most " + most + " evaluations follow");
  }

  @Override
  public void evaluated(Measured measured) {
    evaluated++;
    display.announce(evaluated + " of at most " + most + ": " + LimitText.line(measured));
  }
}
