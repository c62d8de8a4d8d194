package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.model.InMemoryModel;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.report.PruningReport;
import io.github.espalier.examples.generate.GeneratedImages;
import io.github.espalier.examples.generate.RunSettings;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.metrics.clipscore.CaptionedFile;
import io.github.espalier.metrics.clipscore.ClipScores;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.pipeline.NonFiniteImageException;
import io.github.espalier.sd2.pipeline.TextToImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what becomes of a checkpoint that is pruned in some way: prunes it in memory, makes the
 * plan's images, and scores them. What is done is kept in a folder, so that the same evaluator on
 * the same folder goes on where an earlier one stopped, even killed, and with the same results.
 *
 * <p>Configurations need not be the plan's. The folder holds {@code journal.jsonl}, a line for each
 * finished configuration; {@code images}, with the images of each in a folder of its own; {@code
 * scores}, with those of each image; and {@code calibration}. For one thread; keeps other
 * evaluators out of its folder until it is closed.
 */
public final class StudyEvaluator implements AutoCloseable {
  private final OpenStudy study;
  private final SharedTextStates textStates;

  private StudyEvaluator(OpenStudy study) {
    this.study = study;
    this.textStates = new SharedTextStates(study.protocol().plan());
  }

  /**
   * Opens an evaluator.
   *
   * @param checkpoint a checkpoint in the diffusers layout; open while the evaluator is
   * @param plan says which images are made and how they are scored; its experiments also say which
   *     calibrations are shared
   * @param folder what is kept; created, or gone on with
   * @param options how the work is done
   * @param listener hears how far it is
   * @param cancellation stops the work
   * @return the evaluator
   * @throws IllegalArgumentException if the plan does not fit the checkpoint, or a file that its
   *     scores need is not given
   * @throws io.github.espalier.core.model.CheckpointFormatException if the checkpoint is a single
   *     file, or a file is malformed
   * @throws IOException if the folder is of another plan, checkpoint, judge or version of Espalier,
   *     which the message names, another evaluator is using it, or it cannot be read or written
   */
  public static StudyEvaluator open(
      Sd2Checkpoint checkpoint,
      StudyPlan plan,
      Path folder,
      StudyOptions options,
      StudyListener listener,
      Cancellation cancellation)
      throws IOException {
    return new StudyEvaluator(
        OpenStudy.open(checkpoint, plan, folder, options, listener, cancellation));
  }

  /**
   * Evaluates a configuration, or returns what an earlier evaluation found.
   *
   * @param configuration how the checkpoint is pruned
   * @return what came out, the same in every run; with a {@linkplain ConfigurationResult#failure()
   *     failure} instead of scores if it cannot be pruned like this, or images are not finite
   * @throws java.util.concurrent.CancellationException if the work was stopped
   * @throws IOException if reading or writing fails
   */
  public ConfigurationResult evaluate(Configuration configuration) throws IOException {
    StudyJournal.Line line = study.journal().find(configuration.id());
    if (line == null) {
      study.cancellation().check();
      line = make(configuration);
    }
    return study.finished(configuration, line);
  }

  /** The study that is worked on. */
  OpenStudy study() {
    return study;
  }

  /**
   * Returns the scores of each image of a configuration that was evaluated.
   *
   * @param configuration the configuration
   * @return the scores, in the order of the images
   * @throws java.nio.file.NoSuchFileException if the folder has none of it
   * @throws IOException if they cannot be read
   */
  public ClipScores clipScores(Configuration configuration) throws IOException {
    return ClipScores.read(study.scores(configuration));
  }

  /**
   * Returns how long a configuration took, in this run or an earlier one.
   *
   * @param configuration the configuration
   * @return its times; empty if it was not evaluated in this folder
   */
  public Optional<ConfigurationTimes> times(Configuration configuration) {
    return Optional.ofNullable(study.journal().find(configuration.id()))
        .map(StudyJournal.Line::times);
  }

  /**
   * Returns what results depend on: version, plan, checkpoint, captions, judge.
   *
   * @return a copy of the journal's first line
   */
  public ObjectNode identity() {
    return study.identity().deepCopy();
  }

  private StudyJournal.Line make(Configuration configuration) throws IOException {
    long start = System.nanoTime();
    study
        .listener()
        .doing(configuration, configuration.isDense() ? "reading the model" : "pruning");
    PruningReport report = null;
    try (InMemoryModel model = InMemoryModel.of(study.checkpoint())) {
      if (!configuration.isDense()) {
        report =
            new ModelPruning(
                    study.checkpoint(),
                    study.calibrations(),
                    study.options().threads(),
                    study.cancellation())
                .prune(configuration, model);
      }
      double pruneSeconds = seconds(start);
      makeImages(configuration, model);
      return scored(configuration, report, pruneSeconds);
    } catch (PruningException e) {
      return failed(configuration, report, String.valueOf(e.getMessage()));
    } catch (NonFiniteImageException e) {
      return failed(configuration, report, ResultMaking.NOT_FINITE);
    }
  }

  private StudyJournal.Line scored(
      Configuration configuration, @Nullable PruningReport report, double pruneSeconds)
      throws IOException {
    long scoring = System.nanoTime();
    ConfigurationResult result = score(configuration, report);
    double imageSeconds =
        GeneratedImages.entries(study.images(configuration)).stream()
            .mapToDouble(GeneratedImages.Entry::seconds)
            .sum();
    return new StudyJournal.Line(
        result, new ConfigurationTimes(pruneSeconds, imageSeconds, seconds(scoring)));
  }

  /** A model that is broken beyond images is a finding, and the study goes on. */
  private StudyJournal.Line failed(
      Configuration configuration, @Nullable PruningReport report, String failure) {
    return new StudyJournal.Line(
        ResultMaking.failed(
            configuration, ResultMaking.pruned(study.checkpoint(), report), failure),
        new ConfigurationTimes(0, 0, 0));
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private void makeImages(Configuration configuration, InMemoryModel model) throws IOException {
    study.listener().doing(configuration, "making images");
    RunSettings settings = study.protocol().settings(configuration);
    ImageMaking making =
        new ImageMaking(
            study.images(configuration),
            settings,
            study.protocol().requests(),
            done -> study.listener().progress(study.clock().images(done)));
    making.run(() -> load(configuration, model, settings), batch(), study.cancellation());
  }

  /** Reads the networks; the weights that they were read from are of no more use. */
  private TextToImage load(Configuration configuration, InMemoryModel model, RunSettings settings)
      throws IOException {
    try (model) {
      return TextToImage.load(study.checkpoint(), model, settings.tokenizer(), settings.scheduler())
          .withThreads(study.options().threads())
          .withTextStates(textStates.of(configuration));
    }
  }

  /** Small networks gain from a batch; large ones keep all threads busy with a single image. */
  private int batch() {
    return StudyEstimate.batch(study.checkpoint(), study.options());
  }

  private ConfigurationResult score(Configuration configuration, @Nullable PruningReport report)
      throws IOException {
    study.listener().doing(configuration, "scoring");
    Path images = study.images(configuration);
    List<CaptionedFile> pairs = new ArrayList<>();
    List<String> hashes = new ArrayList<>();
    for (GeneratedImages.Entry entry : GeneratedImages.entries(images)) {
      pairs.add(new CaptionedFile(entry.file(), images.resolve(entry.file()), entry.prompt()));
      hashes.add(entry.sha256());
    }
    ClipResult clip = study.judges().clip(pairs, study.scores(configuration));
    DistanceResult distance =
        study
            .judges()
            .distance(
                new ImageFolder(images, pairs.stream().map(CaptionedFile::name).toList()),
                study.features(configuration));
    return ResultMaking.result(
        configuration, ResultMaking.pruned(study.checkpoint(), report), hashes, clip, distance);
  }

  @Override
  public void close() throws IOException {
    study.close();
  }
}
