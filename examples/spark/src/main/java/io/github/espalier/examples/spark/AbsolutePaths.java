package io.github.espalier.examples.spark;

import io.github.espalier.examples.study.plan.CalibrationPlan;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.plan.WantedScores;
import java.nio.file.Path;
import java.util.Optional;

/** Makes the files of a plan independent of the folder that a program runs in. Stateless. */
final class AbsolutePaths {
  private AbsolutePaths() {}

  static StudyPlan of(StudyPlan plan) {
    WantedScores scores = plan.scores();
    CalibrationPlan calibration = plan.calibration();
    StudyPlan changed =
        plan.withScores(
                new WantedScores(
                    scores.clipScore(),
                    scores.distance(),
                    scores.protocol(),
                    of(scores.judge()),
                    of(scores.inception()),
                    of(scores.references())))
            .withCalibration(
                new CalibrationPlan(
                    of(calibration.captions()),
                    calibration.limit(),
                    calibration.steps(),
                    calibration.outputErrors()));
    return of(plan.captions()).map(changed::withCaptions).orElse(changed);
  }

  private static Optional<Path> of(Optional<Path> file) {
    return file.map(each -> each.toAbsolutePath().normalize());
  }
}
