package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.io.Closer;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.generate.GeneratedImages;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.plan.WantedScores;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.nn.Compute;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What work on a study shares, wherever its images are made. For one thread; keeps others out of
 * the study's folder until it is closed.
 *
 * @param checkpoint what is studied
 * @param protocol the plan, applied to it
 * @param folder of the study
 * @param options how the work is done
 * @param listener hears how far it is
 * @param cancellation stops the work
 * @param judges what scores images
 * @param identity what results depend on
 * @param journal of what is finished
 * @param calibrations of the checkpoint's layers
 * @param clock how far the work is
 * @param closer closes all of this
 */
record OpenStudy(
    Sd2Checkpoint checkpoint,
    StudyProtocol protocol,
    Path folder,
    StudyOptions options,
    StudyListener listener,
    Cancellation cancellation,
    Judges judges,
    ObjectNode identity,
    StudyJournal journal,
    Calibrations calibrations,
    StudyClock clock,
    Closer closer)
    implements Closeable {
  private static final String SCORES = "scores";
  private static final String CALIBRATION = "calibration";

  static OpenStudy open(
      Sd2Checkpoint checkpoint,
      StudyPlan plan,
      Path folder,
      StudyOptions options,
      StudyListener listener,
      Cancellation cancellation)
      throws IOException {
    requireEnoughImages(plan);
    Judges.requireGiven(plan.scores());
    Closer closer = Closer.create();
    try {
      StudyProtocol protocol = StudyProtocol.of(checkpoint, plan, cancellation);
      Compute compute = Compute.withThreads(options.threads()).withCheck(cancellation::check);
      closer.register(compute::close);
      Judges judges =
          closer.register(
              Judges.open(plan.scores(), folder.resolve(SCORES), compute, cancellation));
      ObjectNode identity = protocol.identity();
      identity.set("scores", judges.identity());
      StudyJournal journal = StudyJournal.open(folder, identity);
      closer.register(journal::close);
      return new OpenStudy(
          checkpoint,
          protocol,
          folder,
          options,
          listener,
          cancellation,
          judges,
          identity,
          journal,
          closer.register(calibrations(checkpoint, protocol, folder, compute)),
          new StudyClock(plan, protocol.callsPerImage(), journal.lines()),
          closer);
    } catch (IOException | RuntimeException | Error e) {
      closer.close();
      throw e;
    }
  }

  /** Found out after hours otherwise: a covariance needs two images. */
  private static void requireEnoughImages(StudyPlan plan) {
    if (plan.images() < 2 && plan.scores().distance() != WantedScores.Distance.NONE) {
      throw new IllegalArgumentException(
          "images is " + plan.images() + ", but a distance from the references needs at least 2");
    }
  }

  /** The calibrations of a study, in its folder. */
  static Calibrations calibrations(
      Sd2Checkpoint checkpoint, StudyProtocol protocol, Path folder, Compute compute) {
    return new Calibrations(
        checkpoint,
        protocol.plan(),
        protocol.dense().generation(),
        protocol.calibrationCaptions(),
        folder.resolve(CALIBRATION),
        compute);
  }

  Path images(Configuration configuration) {
    return folder.resolve("images").resolve(configuration.id());
  }

  /** Where features of a configuration's images are until it is finished. */
  Path features(Configuration configuration) {
    return folder.resolve(SCORES).resolve(configuration.id() + ".features.safetensors");
  }

  /** Where the scores of a configuration's images are. */
  Path scores(Configuration configuration) {
    return folder.resolve(SCORES).resolve(configuration.id() + ".scores.jsonl");
  }

  /** Remembers what came out of a configuration, if that is new, and deletes what is of no use. */
  ConfigurationResult finished(Configuration configuration, StudyJournal.Line line)
      throws IOException {
    if (journal.find(configuration.id()) == null) {
      journal.append(line);
      clock.finished(protocol.plan().images());
    }
    Files.deleteIfExists(features(configuration));
    for (GeneratedImages.Entry entry :
        GeneratedImages.entries(images(configuration)).stream()
            .skip(options.keepImages())
            .toList()) {
      Files.deleteIfExists(images(configuration).resolve(entry.file()));
    }
    listener.finished(line.result());
    listener.progress(clock.progress());
    return line.result();
  }

  @Override
  public void close() throws IOException {
    closer.close();
  }
}
