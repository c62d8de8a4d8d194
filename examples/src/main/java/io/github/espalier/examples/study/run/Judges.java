package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.io.Closer;
import com.google.common.io.MoreFiles;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.study.plan.WantedScores;
import io.github.espalier.metrics.clip.ClipModel;
import io.github.espalier.metrics.clip.ClipPreparation;
import io.github.espalier.metrics.clipscore.Bootstrap;
import io.github.espalier.metrics.clipscore.CaptionedFile;
import io.github.espalier.metrics.clipscore.ClipScoreKind;
import io.github.espalier.metrics.clipscore.ClipScorer;
import io.github.espalier.metrics.clipscore.ClipScores;
import io.github.espalier.metrics.clipscore.ClipScoring;
import io.github.espalier.metrics.clipscore.MeanInterval;
import io.github.espalier.metrics.extract.ClipFeatureNetwork;
import io.github.espalier.metrics.extract.ExtractedFeatures;
import io.github.espalier.metrics.extract.FeatureExtraction;
import io.github.espalier.metrics.extract.InceptionFeatureNetwork;
import io.github.espalier.metrics.fid.FeatureComparison;
import io.github.espalier.metrics.fid.FeatureDistribution;
import io.github.espalier.metrics.fid.FrechetInceptionDistance;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.metrics.inception.InceptionTap;
import io.github.espalier.sd2.nn.Compute;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What scores a study's images. The references' features are made once. For one thread. */
final class Judges implements Closeable {
  private static final int TICKS = 100;

  private final WantedScores wanted;
  private final Path folder;
  private final Cancellation cancellation;
  private final Closer closer = Closer.create();
  private final @Nullable ClipModel judge;
  private final @Nullable FeatureExtraction extraction;
  private final Compute compute;
  private @Nullable FeatureDistribution references;

  private Judges(WantedScores wanted, Path folder, Compute compute, Cancellation cancellation)
      throws IOException {
    this.wanted = wanted;
    this.folder = folder;
    this.compute = compute;
    this.cancellation = cancellation;
    requireGiven(wanted);
    boolean byJudge = wanted.clipScore() || wanted.distance() == WantedScores.Distance.JUDGE;
    try {
      judge = byJudge ? ClipModel.open(wanted.judge().orElseThrow()) : null;
      if (judge != null) {
        closer.register(judge::close);
      }
      extraction =
          switch (wanted.distance()) {
            case NONE -> null;
            case JUDGE -> byJudge(judge);
            case FID -> byInception();
          };
    } catch (IOException | RuntimeException | Error e) {
      closer.close();
      throw e;
    }
  }

  /**
   * Opens the models.
   *
   * @throws IllegalArgumentException if the wanted scores need a file that is not given
   */
  static Judges open(WantedScores wanted, Path folder, Compute compute, Cancellation cancellation)
      throws IOException {
    return new Judges(wanted, folder, compute, cancellation);
  }

  /**
   * Checks that all files are given that scores need, before anything is read.
   *
   * @throws IllegalArgumentException if one is not
   */
  static void requireGiven(WantedScores wanted) {
    WantedScores.Distance distance = wanted.distance();
    if (wanted.clipScore() || distance == WantedScores.Distance.JUDGE) {
      require(wanted.judge(), "a judge", "judge");
    }
    if (distance != WantedScores.Distance.NONE) {
      require(wanted.references(), "references", "references");
    }
    if (distance == WantedScores.Distance.FID) {
      require(wanted.inception(), "the FID network", "inception");
    }
  }

  private static void require(Optional<Path> given, String what, String name) {
    if (given.isEmpty()) {
      throw new IllegalArgumentException(
          "the plan's scores need "
              + what
              + ": give --"
              + name
              + ", or scores."
              + name
              + " in the plan");
    }
  }

  private FeatureExtraction byJudge(@Nullable ClipModel model) {
    if (model == null) {
      throw new IllegalStateException("a distance by the judge needs one");
    }
    return FeatureExtraction.of(
            new ClipFeatureNetwork(model, compute), new ClipPreparation(model.preprocess()))
        .withReaders(compute.threads());
  }

  private FeatureExtraction byInception() throws IOException {
    InceptionFeatureNetwork network =
        InceptionFeatureNetwork.load(
            wanted.inception().orElseThrow(), InceptionTap.FINAL_2048, compute);
    closer.register(network::close);
    return FeatureExtraction.of(network, wanted.protocol()).withReaders(compute.threads());
  }

  /** What makes the scores, by content. */
  ObjectNode identity() throws IOException {
    ObjectNode node = StudyJson.MAPPER.createObjectNode();
    if (judge != null) {
      node.put("judge", judge.fingerprint());
    }
    if (extraction != null) {
      node.put("features", extraction.origin().toString());
      node.put("weights", extraction.origin().network().weights());
      node.put("references", hash(wanted.references().orElseThrow()));
    }
    return node;
  }

  private String hash(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return MoreFiles.asByteSource(path).hash(Hashing.sha256()).toString();
    }
    Hasher hasher = Hashing.sha256().newHasher();
    ImageFolder images = ImageFolder.list(path, false);
    for (int i = 0; i < images.size(); i++) {
      cancellation.check();
      byte[] name = images.names().get(i).getBytes(StandardCharsets.UTF_8);
      hasher.putInt(name.length).putBytes(name);
      hasher.putBytes(MoreFiles.asByteSource(images.file(i)).hash(Hashing.sha256()).asBytes());
    }
    return hasher.hash().toString();
  }

  /** Scores images by their captions; null if that is not wanted. */
  @Nullable ClipResult clip(List<CaptionedFile> pairs, Path scores) throws IOException {
    ClipScores found = scores(pairs, scores);
    return found == null ? null : clip(found);
  }

  /** The score of each pair; null if that is not wanted. */
  @Nullable ClipScores scores(List<CaptionedFile> pairs, Path scores) throws IOException {
    if (judge == null || !wanted.clipScore()) {
      return null;
    }
    // The mean cosine is without prefix, and an empty one saves half the work.
    ClipScoring scoring = ClipScoring.of(ClipScorer.of(judge, compute).withPrefix(""));
    return scoring.run(pairs, scores, true, (done, images) -> {}, cancellation);
  }

  /** Sums up the scores of pairs. */
  static ClipResult clip(ClipScores found) {
    MeanInterval interval = found.interval(ClipScoreKind.COSINE, Bootstrap.withDefaults());
    double[] sorted =
        found.pairs().stream().mapToDouble(ClipScoreKind.COSINE::of).sorted().toArray();
    return new ClipResult(
        interval.mean(),
        interval.low(),
        interval.high(),
        interval.bootstrap().level(),
        interval.bootstrap().resamples(),
        interval.bootstrap().seed(),
        sorted.length,
        deviation(sorted),
        sorted[0],
        quantile(sorted, TICKS / 4),
        quantile(sorted, TICKS / 2),
        quantile(sorted, 3 * TICKS / 4),
        sorted[sorted.length - 1]);
  }

  private static double deviation(double[] values) {
    if (values.length < 2) {
      return 0;
    }
    double mean = Arrays.stream(values).sum() / values.length;
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(squares / (values.length - 1));
  }

  private static double quantile(double[] sorted, int percent) {
    double place = (sorted.length - 1) * percent / (double) TICKS;
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /** Measures the distance from the references; null if that is not wanted. */
  @Nullable DistanceResult distance(ImageFolder images, Path features) throws IOException {
    ExtractedFeatures made = features(images, features);
    return made == null ? null : distance(made);
  }

  /** The features of images; null if no distance is wanted. */
  @Nullable ExtractedFeatures features(ImageFolder images, Path features) throws IOException {
    return extraction == null
        ? null
        : extraction.extract(images, features, (done, all) -> {}, cancellation);
  }

  /** Measures the distance of features, by the same network, from the references. */
  @Nullable DistanceResult distance(ExtractedFeatures made) throws IOException {
    if (extraction == null) {
      return null;
    }
    FeatureDistribution real = references(extraction);
    FrechetInceptionDistance found =
        FeatureComparison.of(real, FeatureDistribution.of("the images", made)).frechet();
    return new DistanceResult(
        found.value(),
        found.label(),
        found.isFid(),
        made.count(),
        found.bias().isPresent() ? found.bias().get().expected() : null);
  }

  private FeatureDistribution references(FeatureExtraction by) throws IOException {
    if (references == null) {
      Path source = wanted.references().orElseThrow();
      references =
          Files.isDirectory(source)
              ? FeatureDistribution.of(
                  "the references",
                  by.extract(
                      ImageFolder.list(source, false),
                      folder.resolve("references.features.safetensors"),
                      (done, all) -> {},
                      cancellation))
              : FeatureDistribution.read(source);
    }
    return references;
  }

  @Override
  public void close() throws IOException {
    closer.close();
  }
}
