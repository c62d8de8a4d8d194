package io.github.espalier.examples.study.run;

import com.google.common.io.Closer;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.PrunedPart;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Carries out a plan like {@link Study}, with the same result, but has the images made and scored
 * in ranges, which can be on several machines. Stateless.
 *
 * <p>Calibrations are made here, once, in the study's folder, where evaluators read them. The
 * results of ranges are kept in its folder {@code ranges} until their configuration is finished.
 */
public final class RangeStudy {
  private final OpenStudy study;
  private final int partitions;

  private RangeStudy(OpenStudy study, int partitions) {
    this.study = study;
    this.partitions = partitions;
  }

  /**
   * Has the configurations of a plan evaluated one after another, and writes {@value
   * StudyResult#NAME} into the folder. A study that was stopped, also by {@link Study}, goes on if
   * it is run again: what is finished is not evaluated anew, be it a configuration or a range.
   *
   * @param checkpoint a checkpoint in the diffusers layout
   * @param plan what is done
   * @param folder what is kept; created, or gone on with
   * @param options how the work is done here
   * @param partitions into how many ranges the images of a configuration are divided, at least 1;
   *     of no effect on the result
   * @param runner has ranges evaluated
   * @param listener hears how far it is
   * @param cancellation stops the work
   * @return what came out
   * @throws IllegalArgumentException if there are less than 1 partitions, or as for {@link
   *     StudyEvaluator#open}
   * @throws java.util.concurrent.CancellationException if the work was stopped
   * @throws IOException as for {@link StudyEvaluator#open}, or if the runner fails
   */
  public static StudyResult run(
      Sd2Checkpoint checkpoint,
      StudyPlan plan,
      Path folder,
      StudyOptions options,
      int partitions,
      RangeRunner runner,
      StudyListener listener,
      Cancellation cancellation)
      throws IOException {
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "partitions is " + partitions + ", but must be at least 1");
    }
    try (OpenStudy study =
        OpenStudy.open(checkpoint, plan, folder, options, listener, cancellation)) {
      RangeStudy ranges = new RangeStudy(study, partitions);
      for (Configuration configuration : plan.configurations()) {
        StudyJournal.Line line = study.journal().find(configuration.id());
        study.finished(configuration, line == null ? ranges.make(configuration, runner) : line);
        RangeFiles.delete(ranges.folder(configuration));
      }
      return Study.write(study);
    }
  }

  private Path folder(Configuration configuration) {
    return study.folder().resolve("ranges").resolve(configuration.id());
  }

  private StudyJournal.Line make(Configuration configuration, RangeRunner runner)
      throws IOException {
    study.cancellation().check();
    long start = System.nanoTime();
    study.listener().doing(configuration, "calibrating");
    try (Closer calibration = Closer.create()) {
      calibrate(configuration, calibration);
      double seconds = (System.nanoTime() - start) / 1e9;
      study.listener().doing(configuration, "making images");
      return evaluate(configuration, runner, seconds);
    } catch (PruningException e) {
      PrunedModel dense = ResultMaking.pruned(study.checkpoint(), null);
      return new StudyJournal.Line(
          ResultMaking.failed(configuration, dense, String.valueOf(e.getMessage())),
          new ConfigurationTimes(0, 0, 0));
    }
  }

  /** Makes the files that evaluators read, which stay until the configuration is finished. */
  private void calibrate(Configuration configuration, Closer closing) throws IOException {
    for (StudyPart part : StudyPart.values()) {
      Optional<PrunedPart> pruned = configuration.part(part);
      if (pruned.isPresent()) {
        study.calibrations().step(part, pruned.get(), closing);
      }
    }
  }

  private StudyJournal.Line evaluate(
      Configuration configuration, RangeRunner runner, double calibrationSeconds)
      throws IOException {
    RangeFiles files = RangeFiles.open(folder(configuration), study.protocol().plan().images());
    study.listener().progress(study.clock().images(files.count()));
    List<ImageRange> missing = files.missing(partitions);
    if (!missing.isEmpty()) {
      String hash = study.protocol().dense().checkpointHash();
      runner.run(
          new RangeJob(configuration, hash, missing), result -> add(configuration, files, result));
    }
    RangeMerging merging =
        new RangeMerging(study, configuration, folder(configuration).resolve("parts"));
    requireAll(configuration, files);
    for (ImageRange range : files.ranges()) {
      merging.add(files.read(range));
    }
    return merging.line(calibrationSeconds);
  }

  private void add(Configuration configuration, RangeFiles files, RangeResult result)
      throws IOException {
    if (!result.configuration().equals(configuration.id())) {
      throw new IllegalArgumentException(
          "the result is of " + result.configuration() + ", not of " + configuration.id());
    }
    if (files.add(result)) {
      study.listener().progress(study.clock().images(files.count()));
    }
  }

  private void requireAll(Configuration configuration, RangeFiles files) {
    int images = study.protocol().plan().images();
    if (files.count() != images) {
      throw new IllegalStateException(
          "of the "
              + images
              + " images of "
              + configuration.label()
              + " only "
              + files.count()
              + " were evaluated");
    }
  }
}
