package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.io.Closer;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.model.InMemoryModel;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.report.PruningReport;
import io.github.espalier.examples.generate.GeneratedImages;
import io.github.espalier.examples.generate.RunSettings;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.plan.WantedScores;
import io.github.espalier.metrics.clipscore.CaptionedFile;
import io.github.espalier.metrics.clipscore.ClipScores;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.pipeline.NonFiniteImageException;
import io.github.espalier.sd2.pipeline.TextToImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private final Sd2Checkpoint checkpoint;
  private final StudyProtocol protocol;
  private final Path folder;
  private final StudyOptions options;
  private final StudyListener listener;
  private final Cancellation cancellation;
  private final Closer closer = Closer.create();
  private final Judges judges;
  private final ObjectNode identity;
  private final StudyJournal journal;
  private final Calibrations calibrations;
  private final StudyClock clock;
  private final SharedTextStates textStates;

  private StudyEvaluator(
      Sd2Checkpoint checkpoint,
      StudyPlan plan,
      Path folder,
      StudyOptions options,
      StudyListener listener,
      Cancellation cancellation)
      throws IOException {
    this.checkpoint = checkpoint;
    this.folder = folder;
    this.options = options;
    this.listener = listener;
    this.cancellation = cancellation;
    requireEnoughImages(plan);
    try {
      protocol = StudyProtocol.of(checkpoint, plan, cancellation);
      Compute compute = Compute.withThreads(options.threads()).withCheck(cancellation::check);
      closer.register(compute::close);
      judges = closer.register(judges(plan, compute));
      identity = protocol.identity();
      identity.set("scores", judges.identity());
      journal = StudyJournal.open(folder, identity);
      closer.register(journal::close);
      calibrations = closer.register(calibrations(compute));
      textStates = new SharedTextStates(plan);
      clock = new StudyClock(plan, protocol.callsPerImage(), journal.lines());
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

  private Judges judges(StudyPlan plan, Compute compute) throws IOException {
    return Judges.open(plan.scores(), folder.resolve("scores"), compute, cancellation);
  }

  private Calibrations calibrations(Compute compute) {
    return new Calibrations(
        checkpoint,
        protocol.plan(),
        protocol.dense().generation(),
        protocol.calibrationCaptions(),
        folder.resolve("calibration"),
        compute);
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
    return new StudyEvaluator(checkpoint, plan, folder, options, listener, cancellation);
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
    StudyJournal.Line line = journal.find(configuration.id());
    if (line == null) {
      cancellation.check();
      line = make(configuration);
      journal.append(line);
      clock.finished(protocol.plan().images());
    }
    tidy(configuration);
    listener.finished(line.result());
    listener.progress(clock.progress());
    return line.result();
  }

  /**
   * Returns how long configurations took.
   *
   * @return times by the configurations' ids, of those that are finished
   */
  Map<String, StudyJournal.Line> lines() {
    return journal.lines();
  }

  /**
   * Returns the scores of each image of a configuration that was evaluated.
   *
   * @param result what came out of it
   * @return the scores, in the order of the images
   * @throws java.nio.file.NoSuchFileException if the folder has them no more
   * @throws IOException if they cannot be read
   */
  public ClipScores clipScores(ConfigurationResult result) throws IOException {
    return ClipScores.read(clipFile(result.id()));
  }

  /**
   * Returns how long a configuration took, in this run or an earlier one.
   *
   * @param result what came out of it
   * @return its times; empty if it was not evaluated in this folder
   */
  public Optional<ConfigurationTimes> times(ConfigurationResult result) {
    return Optional.ofNullable(journal.find(result.id())).map(StudyJournal.Line::times);
  }

  /**
   * Returns what results depend on: version, plan, checkpoint, captions, judge.
   *
   * @return a copy of the journal's first line
   */
  public ObjectNode identity() {
    return identity.deepCopy();
  }

  private Path clipFile(String id) {
    return folder.resolve("scores").resolve(id + ".scores.jsonl");
  }

  private StudyJournal.Line make(Configuration configuration) throws IOException {
    long start = System.nanoTime();
    listener.doing(configuration, configuration.isDense() ? "reading the model" : "pruning");
    PruningReport report = null;
    try (InMemoryModel model = InMemoryModel.of(checkpoint)) {
      if (!configuration.isDense()) {
        report =
            new ModelPruning(checkpoint, calibrations, options.threads(), cancellation)
                .prune(configuration, model);
      }
      double pruneSeconds = seconds(start);
      makeImages(configuration, model);
      return scored(configuration, report, pruneSeconds);
    } catch (PruningException e) {
      return failed(configuration, report, String.valueOf(e.getMessage()));
    } catch (NonFiniteImageException e) {
      // Which image it is can differ, since several are made at the same time.
      return failed(configuration, report, "the values of an image are no finite numbers");
    }
  }

  private StudyJournal.Line scored(
      Configuration configuration, @Nullable PruningReport report, double pruneSeconds)
      throws IOException {
    long scoring = System.nanoTime();
    ConfigurationResult result = score(configuration, report);
    double imageSeconds =
        GeneratedImages.entries(images(configuration)).stream()
            .mapToDouble(GeneratedImages.Entry::seconds)
            .sum();
    return new StudyJournal.Line(
        result, new ConfigurationTimes(pruneSeconds, imageSeconds, seconds(scoring)));
  }

  /** A model that is broken beyond images is a finding, and the study goes on. */
  private StudyJournal.Line failed(
      Configuration configuration, @Nullable PruningReport report, String failure) {
    return new StudyJournal.Line(
        ResultMaking.failed(checkpoint, configuration, report, failure),
        new ConfigurationTimes(0, 0, 0));
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private Path images(Configuration configuration) {
    return folder.resolve("images").resolve(configuration.id());
  }

  private void makeImages(Configuration configuration, InMemoryModel model) throws IOException {
    listener.doing(configuration, "making images");
    RunSettings settings = protocol.settings(configuration);
    ImageMaking making =
        new ImageMaking(
            images(configuration),
            settings,
            protocol.requests(),
            done -> listener.progress(clock.images(done)));
    making.run(() -> load(configuration, model, settings), batch(), cancellation);
  }

  /** Reads the networks; the weights that they were read from are of no more use. */
  private TextToImage load(Configuration configuration, InMemoryModel model, RunSettings settings)
      throws IOException {
    try (model) {
      return TextToImage.load(checkpoint, model, settings.tokenizer(), settings.scheduler())
          .withThreads(options.threads())
          .withTextStates(textStates.of(configuration));
    }
  }

  /** Small networks gain from a batch; large ones keep all threads busy with a single image. */
  private int batch() {
    return StudyEstimate.batch(checkpoint, options);
  }

  private ConfigurationResult score(Configuration configuration, @Nullable PruningReport report)
      throws IOException {
    listener.doing(configuration, "scoring");
    Path images = images(configuration);
    List<CaptionedFile> pairs = new ArrayList<>();
    List<String> hashes = new ArrayList<>();
    for (GeneratedImages.Entry entry : GeneratedImages.entries(images)) {
      pairs.add(new CaptionedFile(entry.file(), images.resolve(entry.file()), entry.prompt()));
      hashes.add(entry.sha256());
    }
    Path scores = folder.resolve("scores");
    Path features = scores.resolve(configuration.id() + ".features.safetensors");
    ClipResult clip = judges.clip(pairs, clipFile(configuration.id()));
    DistanceResult distance =
        judges.distance(
            new ImageFolder(images, pairs.stream().map(CaptionedFile::name).toList()), features);
    return ResultMaking.result(checkpoint, configuration, report, hashes, clip, distance);
  }

  /** Deletes what is of no use once a configuration is in the journal. */
  private void tidy(Configuration configuration) throws IOException {
    Path scores = folder.resolve("scores");
    Files.deleteIfExists(scores.resolve(configuration.id() + ".features.safetensors"));
    for (GeneratedImages.Entry entry :
        GeneratedImages.entries(images(configuration)).stream()
            .skip(options.keepImages())
            .toList()) {
      Files.deleteIfExists(images(configuration).resolve(entry.file()));
    }
  }

  @Override
  public void close() throws IOException {
    closer.close();
  }
}
