package io.github.espalier.metrics.extract;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.metrics.feature.FeatureSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Features of a folder of images, and what they are of. Immutable. Holds four bytes for each
 * feature.
 */
public final class ExtractedFeatures {
  private final FeatureOrigin origin;
  private final FeatureSet features;
  private final List<HashedImage> images;
  private final List<SkippedImage> skipped;

  ExtractedFeatures(
      FeatureOrigin origin,
      FeatureSet features,
      List<HashedImage> images,
      List<SkippedImage> skipped) {
    this.origin = origin;
    this.features = features;
    this.images = ImmutableList.copyOf(images);
    this.skipped = ImmutableList.copyOf(skipped);
  }

  /**
   * Reads a file that {@link FeatureExtraction} wrote.
   *
   * @param file the file
   * @return its features
   * @throws CheckpointFormatException if it is no well-formed file of features
   * @throws IOException if it cannot be read
   */
  public static ExtractedFeatures read(Path file) throws IOException {
    return FeatureFile.read(file);
  }

  /**
   * Returns what made the features.
   *
   * @return network and protocol
   */
  public FeatureOrigin origin() {
    return origin;
  }

  /**
   * Returns the features.
   *
   * @return a vector for each image, in the order of {@link #names()}
   */
  public FeatureSet features() {
    return features;
  }

  /**
   * Returns the images.
   *
   * @return names below their folder
   */
  public List<String> names() {
    return images.stream().map(HashedImage::name).toList();
  }

  /** Names with the hashes of the files. */
  List<HashedImage> images() {
    return images;
  }

  /**
   * Returns the images that could not be read.
   *
   * @return unmodifiable, in the order of their names
   */
  public List<SkippedImage> skipped() {
    return skipped;
  }

  @Override
  public String toString() {
    return features + " (" + origin + ")";
  }
}
