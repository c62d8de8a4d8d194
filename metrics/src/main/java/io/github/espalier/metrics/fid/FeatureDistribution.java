package io.github.espalier.metrics.fid;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.metrics.extract.ExtractedFeatures;
import io.github.espalier.metrics.extract.FeatureOrigin;
import io.github.espalier.metrics.extract.SkippedImage;
import io.github.espalier.metrics.feature.FeatureMoments;
import io.github.espalier.metrics.feature.FeatureSet;
import io.github.espalier.metrics.npz.MomentsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the features of a set of images are distributed, with what made them if that is known.
 *
 * <p>A statistics file of another program says neither network nor protocol, nor can it prove them,
 * so distances to it are not called FID. Immutable; safe for use by many threads. Of a file of
 * features mean and covariance are held; the features themselves are read when a measure needs
 * them, and then held too.
 */
public final class FeatureDistribution {
  private static final String NPZ = ".npz";

  private final String name;
  private final FeatureMoments moments;
  private final @Nullable ExtractedFeatures features;
  private @Nullable FeatureSet loaded;

  private FeatureDistribution(
      String name, FeatureMoments moments, @Nullable ExtractedFeatures features) {
    this.name = name;
    this.moments = moments;
    this.features = features;
  }

  /**
   * Summarises features.
   *
   * @param name what messages call them, such as the folder of the images
   * @param features features of at least two images
   * @return their distribution
   * @throws IllegalArgumentException if there are fewer than two
   * @throws CheckpointFormatException if a feature is infinite or NaN
   * @throws IOException if they cannot be read
   */
  public static FeatureDistribution of(String name, ExtractedFeatures features) throws IOException {
    int count = features.count();
    if (count < 2) {
      throw new IllegalArgumentException(
          name + " has features of " + count + " image, but a distance needs at least 2");
    }
    return new FeatureDistribution(name, features.summary().moments(), features);
  }

  /**
   * Takes statistics of unknown origin.
   *
   * @param name what messages call them
   * @param moments mean and covariance
   * @return such a distribution
   */
  public static FeatureDistribution ofMoments(String name, FeatureMoments moments) {
    return new FeatureDistribution(name, moments, null);
  }

  /**
   * Reads a file of features, or, if its name ends in .npz, statistics as pytorch-fid writes them.
   *
   * @param file the file
   * @return what it has
   * @throws CheckpointFormatException if it is no such file
   * @throws IllegalArgumentException if it has features of fewer than two images
   * @throws IOException if it cannot be read
   */
  public static FeatureDistribution read(Path file) throws IOException {
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(NPZ)) {
      return ofMoments(file.toString(), MomentsFile.read(file));
    }
    return of(file.toString(), ExtractedFeatures.read(file));
  }

  /**
   * Returns what messages call this.
   *
   * @return a file or folder
   */
  public String name() {
    return name;
  }

  /**
   * Returns mean and covariance.
   *
   * @return the moments; of a known number of images unless they come from another program
   */
  public FeatureMoments moments() {
    return moments;
  }

  /**
   * Returns what made the features.
   *
   * @return empty if nobody knows
   */
  public Optional<FeatureOrigin> origin() {
    return Optional.ofNullable(features).map(ExtractedFeatures::origin);
  }

  /**
   * Returns how many images could not be read and do not count.
   *
   * @return 0 or more; 0 also if nobody knows
   */
  public int skipped() {
    return features == null ? 0 : features.skipped().size();
  }

  /**
   * Refuses features that lack images which could not be read.
   *
   * @return this
   * @throws CheckpointFormatException if it lacks any; the message says how many, which, and why
   */
  public FeatureDistribution requireNoneSkipped() {
    if (features != null && !features.skipped().isEmpty()) {
      throw CheckpointFormatException.of(
          features.file(), SkippedImage.complaint(features.skipped()));
    }
    return this;
  }

  /** Whether there are features, and not only statistics. */
  boolean hasFeatures() {
    return features != null;
  }

  /** The features themselves, for measures that compare each with each. */
  FeatureSet features(String measure) throws IOException {
    if (features == null) {
      throw onlyStatistics(measure, name);
    }
    synchronized (this) {
      FeatureSet set = loaded == null ? features.load() : loaded;
      loaded = set;
      return set;
    }
  }

  static IllegalArgumentException onlyStatistics(String measure, String name) {
    return new IllegalArgumentException(
        measure + " needs the features of images, but " + name + " has only their statistics");
  }

  @Override
  public String toString() {
    return name + ": " + moments;
  }
}
