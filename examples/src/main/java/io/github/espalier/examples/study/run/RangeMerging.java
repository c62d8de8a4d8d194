package io.github.espalier.examples.study.run;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.examples.generate.GeneratedImages;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.metrics.clipscore.ClipScores;
import io.github.espalier.metrics.extract.ExtractedFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the ranges of a configuration together, into the files and the result that a single machine
 * would have made. For one thread.
 */
final class RangeMerging {
  private final OpenStudy study;
  private final Configuration configuration;
  private final Path parts;
  private final List<Path> scores = new ArrayList<>();
  private final List<ExtractedFeatures> features = new ArrayList<>();
  private final List<String> manifest = new ArrayList<>();
  private final List<String> hashes = new ArrayList<>();
  private @Nullable PrunedModel pruned;
  private @Nullable String failure;
  private double pruneSeconds;
  private double imageSeconds;
  private double scoreSeconds;

  /**
   * Begins without a range.
   *
   * @param parts a folder for the parts of files
   */
  RangeMerging(OpenStudy study, Configuration configuration, Path parts) throws IOException {
    this.study = study;
    this.configuration = configuration;
    this.parts = Files.createDirectories(parts);
  }

  /** Adds the next range in the order of images. */
  void add(RangeResult result) throws IOException {
    RangeResult.Summary summary = result.summary();
    pruned = pruned == null ? summary.pruned() : pruned;
    failure = failure == null ? summary.failure() : failure;
    pruneSeconds += summary.pruneSeconds();
    imageSeconds += result.imageSeconds();
    scoreSeconds += summary.scoreSeconds();
    manifest.addAll(result.manifest());
    hashes.addAll(result.hashes());
    Path scoresPart = part(result, "scores.jsonl", result.scores());
    if (scoresPart != null) {
      scores.add(scoresPart);
    }
    Path featuresPart = part(result, "features.safetensors", result.features());
    if (featuresPart != null) {
      features.add(ExtractedFeatures.read(featuresPart));
    }
    Path images = Files.createDirectories(study.images(configuration));
    for (Map.Entry<String, byte[]> each : result.images().entrySet()) {
      StagedOutput.write(images.resolve(each.getKey()), each.getValue());
    }
  }

  private @Nullable Path part(RangeResult result, String name, byte @Nullable [] content)
      throws IOException {
    return content == null
        ? null
        : Files.write(parts.resolve(result.range().first() + "." + name), content);
  }

  /** The line of the journal, once all ranges were added; calibrating took so long before. */
  StudyJournal.Line line(double calibrationSeconds) throws IOException {
    PrunedModel model = pruned;
    if (model == null) {
      throw new IllegalStateException("there are no ranges");
    }
    if (failure != null) {
      return new StudyJournal.Line(
          ResultMaking.failed(configuration, model, failure), new ConfigurationTimes(0, 0, 0));
    }
    GeneratedImages.write(study.images(configuration), manifest);
    long start = System.nanoTime();
    ClipResult clip =
        scores.isEmpty()
            ? null
            : Judges.clip(ClipScores.merge(scores, study.scores(configuration)));
    DistanceResult distance =
        features.isEmpty()
            ? null
            : study
                .judges()
                .distance(ExtractedFeatures.merge(features, study.features(configuration)));
    double seconds = scoreSeconds + (System.nanoTime() - start) / 1e9;
    return new StudyJournal.Line(
        ResultMaking.result(configuration, model, hashes, clip, distance),
        new ConfigurationTimes(calibrationSeconds + pruneSeconds, imageSeconds, seconds));
  }
}
