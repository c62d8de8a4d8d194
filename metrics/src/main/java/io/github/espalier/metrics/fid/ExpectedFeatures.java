package io.github.espalier.metrics.fid;

import io.github.espalier.metrics.extract.FeatureExtraction;
import io.github.espalier.metrics.extract.FeatureOrigin;
import io.github.espalier.metrics.folder.ImageFolder;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of a side of a comparison before its features are computed.
 *
 * @param name what messages call it, such as a folder
 * @param images the number of images, if known; of a folder the most that there can be
 * @param width the number of features of an image
 * @param origin what makes the features, if known
 * @param hasFeatures whether there are the features themselves, and not only their statistics
 */
public record ExpectedFeatures(
    String name,
    OptionalLong images,
    int width,
    Optional<FeatureOrigin> origin,
    boolean hasFeatures) {
  /**
   * Describes features that are there.
   *
   * @param distribution the features
   * @return what is known of them
   */
  public static ExpectedFeatures of(FeatureDistribution distribution) {
    return new ExpectedFeatures(
        distribution.name(),
        distribution.moments().count(),
        distribution.moments().width(),
        distribution.origin(),
        distribution.hasFeatures());
  }

  /**
   * Describes the features that a folder will have.
   *
   * @param folder the images
   * @param extraction will compute the features
   * @return what is known of them
   */
  public static ExpectedFeatures of(ImageFolder folder, FeatureExtraction extraction) {
    return new ExpectedFeatures(
        folder.root().toString(),
        OptionalLong.of(folder.size()),
        extraction.width(),
        Optional.of(extraction.origin()),
        true);
  }

  long bytes() {
    return hasFeatures ? Float.BYTES * images.orElse(0) * width : 0;
  }

  void requireImages(String measure, long least) {
    if (images.isPresent() && images.getAsLong() < least) {
      long found = images.getAsLong();
      throw new IllegalArgumentException(
          name
              + " has "
              + (found == 1 ? "1 image" : found + " images")
              + ", but "
              + measure
              + " needs at least "
              + least);
    }
  }
}
