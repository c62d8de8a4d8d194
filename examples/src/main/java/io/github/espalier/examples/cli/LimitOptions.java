package io.github.espalier.examples.cli;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.limit.LimitCriteria;
import io.github.espalier.examples.study.limit.LimitListener;
import io.github.espalier.examples.study.limit.Limits;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.plan.WantedScores.Distance;
import io.github.espalier.examples.study.run.StudyOptions;
import io.github.espalier.examples.study.search.SparsityRange;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that {@code find-threshold} and {@code search} share, and how both are run. */
@SuppressWarnings("NullAway.Init")
final class LimitOptions {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Mixin CriterionOptions criteria;

  @Mixin StudyImageOptions images;

  @Mixin StudyScoreOptions scores;

  @Mixin CalibrationPlanOptions calibration;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      required = true,
      description =
          "Folder of what is evaluated; created, or gone on with. Searches with the same images and"
              + " judge can share it.")
  Path out;

  @Mixin StudyWorkOptions work;

  @Mixin VariantOption variant;

  @Mixin JsonOption json;

  @Mixin ProgressOptions progressOptions;

  /** A search that is ready to begin. */
  @FunctionalInterface
  interface Search {
    Answer run(Sd2Checkpoint checkpoint, Path folder, StudyOptions options, LimitListener listener)
        throws IOException;
  }

  /** What came out of it, for programs and for people. */
  record Answer(String json, Supplier<String> text) {}

  /** Makes the plan; everything that is wrong with the options themselves is a usage error. */
  StudyPlan plan() {
    if (scores.judge.isEmpty()) {
      throw usage("--judge is needed: a CLIP model, which scores the images");
    }
    try {
      StudyPlan changed = images.changed(Limits.plan()).withCalibration(calibration.plan());
      return scores.changed(changed.withScores(changed.scores().withDistance(distance())));
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  /** Whoever gives references wants a distance from them. */
  private Distance distance() {
    if (scores.references.isPresent()) {
      return scores.inception.isPresent() ? Distance.FID : Distance.JUDGE;
    }
    if (scores.distance.isPresent() && scores.distance.get() != Distance.NONE) {
      throw usage("--distance needs --references");
    }
    if (criteria.rise.isPresent()) {
      throw usage("--rise needs --references");
    }
    return Distance.NONE;
  }

  LimitCriteria criteria() {
    return criteria.criteria();
  }

  void requirePrecision(SparsityRange range, Sparsity precision) {
    try {
      range.levels(precision);
    } catch (IllegalArgumentException e) {
      throw usage("--precision " + precision + ": " + e.getMessage());
    }
  }

  ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), Spelling.ofRules(message));
  }

  int run(Session session, Path source, int imagesOfEach, Search search) throws IOException {
    StudyOptions options = work.options();
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source, variant.name)) {
      Answer answer = answer(session, checkpoint, options, imagesOfEach, search);
      if (progressOptions.tells(json)) {
        spec.commandLine()
            .getOut()
            .println(json.wanted ? answer.json().stripTrailing() : answer.text().get());
      }
      return ExitStatus.OK;
    } catch (CancellationException e) {
      return ExitStatus.cancelledToGoOn(spec.commandLine());
    }
  }

  private Answer answer(
      Session session,
      Sd2Checkpoint checkpoint,
      StudyOptions options,
      int imagesOfEach,
      Search search)
      throws IOException {
    try (StepDisplay display = progressOptions.startSteps(session, "Searching", "images")) {
      return search.run(checkpoint, out, options, new LimitDisplay(display, imagesOfEach));
    } catch (IOException e) {
      throw Failures.at(out, e);
    }
  }

  /** Where the checkpoint's files come from, as options of other commands say it. */
  Optional<String> variant() {
    return Optional.of(variant.name).filter(name -> !name.isEmpty());
  }
}
