package io.github.espalier.examples.study.run;

import com.google.common.io.Closer;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.model.InMemoryModel;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.report.PruningReport;
import io.github.espalier.examples.generate.GeneratedImages;
import io.github.espalier.examples.generate.RunSettings;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.metrics.clipscore.CaptionedFile;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.pipeline.NonFiniteImageException;
import io.github.espalier.sd2.pipeline.TextToImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes and scores ranges of a study's images on one of several machines, as {@link StudyEvaluator}
 * does all of them on one. The judges are read once; the pruned model stays in memory until a range
 * of another configuration is asked for, and is closed before the other one is made.
 *
 * <p>Images and scores do not depend on the range that they are part of. A range is made in a
 * folder of its own; one that was stopped is gone on with if it is asked for again. Of the study's
 * folder only the calibrations are read. For one thread at a time.
 */
public final class RangeEvaluator implements AutoCloseable {
  private final Sd2Checkpoint checkpoint;
  private final StudyProtocol protocol;
  private final Path scratch;
  private final StudyOptions options;
  private final Cancellation cancellation;
  private final Closer closer = Closer.create();
  private final Judges judges;
  private final Calibrations calibrations;
  private final SharedTextStates textStates;
  private @Nullable LoadedModel loaded;

  private RangeEvaluator(
      Sd2Checkpoint checkpoint,
      StudyProtocol protocol,
      Path folder,
      Path scratch,
      StudyOptions options,
      Cancellation cancellation)
      throws IOException {
    this.checkpoint = checkpoint;
    this.protocol = protocol;
    this.scratch = scratch;
    this.options = options;
    this.cancellation = cancellation;
    this.textStates = new SharedTextStates(protocol.plan());
    Compute compute = Compute.withThreads(options.threads()).withCheck(cancellation::check);
    closer.register(compute::close);
    try {
      judges =
          closer.register(Judges.open(protocol.plan().scores(), scratch, compute, cancellation));
      calibrations =
          closer.register(OpenStudy.calibrations(checkpoint, protocol, folder, compute).shared());
    } catch (IOException | RuntimeException | Error e) {
      closer.close();
      throw e;
    }
  }

  /**
   * Opens an evaluator.
   *
   * @param checkpoint the study's checkpoint; open while the evaluator is
   * @param checkpointHash what identifies it, from the {@link RangeJob}
   * @param plan the study's plan
   * @param folder the study's folder, on a file system that all machines share
   * @param scratch a folder of this evaluator alone
   * @param options how the work is done
   * @param cancellation stops the work
   * @return the evaluator
   * @throws IllegalArgumentException if the plan does not fit the checkpoint, or a file that its
   *     scores need is not given
   * @throws IOException if a file cannot be read or is malformed
   */
  public static RangeEvaluator open(
      Sd2Checkpoint checkpoint,
      String checkpointHash,
      StudyPlan plan,
      Path folder,
      Path scratch,
      StudyOptions options,
      Cancellation cancellation)
      throws IOException {
    StudyProtocol protocol = StudyProtocol.of(checkpoint, plan, checkpointHash);
    return new RangeEvaluator(checkpoint, protocol, folder, scratch, options, cancellation);
  }

  /**
   * Makes images and scores them.
   *
   * @param configuration how the checkpoint is pruned
   * @param range which of the plan's images
   * @return what came out, which says so if the model cannot be pruned like this, or images are not
   *     finite
   * @throws IllegalArgumentException if the plan has not so many images
   * @throws java.util.concurrent.CancellationException if the work was stopped
   * @throws IOException if reading or writing fails
   */
  public RangeResult evaluate(Configuration configuration, ImageRange range) throws IOException {
    if (range.end() > protocol.requests().size()) {
      throw new IllegalArgumentException(
          "there are no images " + range + ", but " + protocol.requests().size());
    }
    LoadedModel before = loaded;
    LoadedModel model = model(configuration);
    double pruneSeconds = model.equals(before) ? 0 : model.seconds();
    Path folder = scratch.resolve(configuration.id() + "-" + range.first() + "-" + range.end());
    try {
      return evaluate(model, range, folder, pruneSeconds);
    } catch (NonFiniteImageException e) {
      return RangeResult.failed(summary(model, range, ResultMaking.NOT_FINITE, pruneSeconds, 0));
    }
  }

  private RangeResult evaluate(
      LoadedModel model, ImageRange range, Path folder, double pruneSeconds) throws IOException {
    TextToImage pipeline = model.pipeline();
    if (pipeline == null) {
      return RangeResult.failed(summary(model, range, model.failure(), pruneSeconds, 0));
    }
    RunSettings settings = protocol.settings(model.configuration());
    new ImageMaking(folder, settings, protocol.requests(), done -> {})
        .run(range, pipeline, StudyEstimate.batch(checkpoint, options), cancellation);
    RangeResult result = score(model, range, folder, pruneSeconds);
    MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    return result;
  }

  private static RangeResult.Summary summary(
      LoadedModel model,
      ImageRange range,
      @Nullable String failure,
      double pruneSeconds,
      double scoreSeconds) {
    return new RangeResult.Summary(
        model.configuration().id(), range, model.pruned(), failure, pruneSeconds, scoreSeconds);
  }

  private LoadedModel model(Configuration configuration) throws IOException {
    LoadedModel current = loaded;
    if (current != null) {
      if (current.configuration().equals(configuration)) {
        return current;
      }
      loaded = null;
      current.close();
    }
    LoadedModel made = load(configuration);
    loaded = made;
    return made;
  }

  private LoadedModel load(Configuration configuration) throws IOException {
    long start = System.nanoTime();
    PruningReport report = null;
    try (InMemoryModel model = InMemoryModel.of(checkpoint)) {
      if (!configuration.isDense()) {
        report =
            new ModelPruning(checkpoint, calibrations, options.threads(), cancellation)
                .prune(configuration, model);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      RunSettings settings = protocol.settings(configuration);
      TextToImage pipeline =
          TextToImage.load(checkpoint, model, settings.tokenizer(), settings.scheduler())
              .withThreads(options.threads())
              .withTextStates(textStates.of(configuration));
      return new LoadedModel(
          configuration, ResultMaking.pruned(checkpoint, report), pipeline, null, seconds);
    } catch (PruningException e) {
      return new LoadedModel(
          configuration,
          ResultMaking.pruned(checkpoint, report),
          null,
          String.valueOf(e.getMessage()),
          0);
    }
  }

  private RangeResult score(LoadedModel model, ImageRange range, Path folder, double pruneSeconds)
      throws IOException {
    long start = System.nanoTime();
    List<GeneratedImages.Entry> entries = GeneratedImages.entries(folder);
    List<CaptionedFile> pairs =
        entries.stream()
            .map(each -> new CaptionedFile(each.file(), folder.resolve(each.file()), each.prompt()))
            .toList();
    Path scores = folder.resolve("scores.jsonl");
    Path features = folder.resolve("features.safetensors");
    boolean scored = judges.scores(pairs, scores) != null;
    List<String> names = pairs.stream().map(CaptionedFile::name).toList();
    boolean measured = judges.features(new ImageFolder(folder, names), features) != null;
    Map<String, byte[]> kept = new LinkedHashMap<>();
    for (int i = 0; i < entries.size() && range.first() + i < options.keepImages(); i++) {
      String name = names.get(i);
      kept.put(name, Files.readAllBytes(folder.resolve(name)));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return RangeResult.of(
        summary(model, range, null, pruneSeconds, seconds),
        GeneratedImages.lines(folder),
        scored ? Files.readAllBytes(scores) : null,
        measured ? Files.readAllBytes(features) : null,
        kept);
  }

  /** Frees the models; the checkpoint remains the caller's. */
  @Override
  public void close() throws IOException {
    LoadedModel current = loaded;
    loaded = null;
    try (closer) {
      if (current != null) {
        current.close();
      }
    }
  }
}
