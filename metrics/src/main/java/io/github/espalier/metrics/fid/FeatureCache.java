package io.github.espalier.metrics.fid;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.metrics.extract.ExtractionListener;
import io.github.espalier.metrics.extract.FeatureExtraction;
import io.github.espalier.metrics.extract.FeatureOrigin;
import io.github.espalier.metrics.folder.ImageFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A folder that keeps features of folders of images, so that a run that was stopped goes on, and
 * features that are there are used again. Each set of images, network and protocol has a file of
 * its own. Immutable.
 *
 * @param folder the folder; created when the first features are written
 */
public record FeatureCache(Path folder) {
  private static final int SHORT_HASH = 8;

  /**
   * Returns the distribution of features of a folder's images, which are computed if they are not
   * kept yet.
   *
   * @param extraction network and protocol
   * @param images a folder of images; those of folders below it do not count
   * @return their distribution
   * @throws CheckpointFormatException if an image cannot be read, or what is kept is of other
   *     content; the message names the file
   * @throws IllegalArgumentException if there are fewer than two images
   * @throws IOException if reading or writing fails
   */
  public FeatureDistribution features(FeatureExtraction extraction, Path images)
      throws IOException {
    return features(
        extraction, ImageFolder.list(images, false), ExtractionListener.NONE, new Cancellation());
  }

  /**
   * Returns the distribution of features of images, and tells of progress.
   *
   * @param extraction network and protocol
   * @param images the images
   * @param listener told of progress
   * @param cancellation stops the work; what is done stays
   * @return their distribution, with the folder's path as name
   * @throws CheckpointFormatException if an image cannot be read, or what is kept is of other
   *     content; the message names the file
   * @throws IllegalArgumentException if there are fewer than two images
   * @throws IOException if reading or writing fails
   * @throws java.util.concurrent.CancellationException if the work was stopped
   */
  public FeatureDistribution features(
      FeatureExtraction extraction,
      ImageFolder images,
      ExtractionListener listener,
      Cancellation cancellation)
      throws IOException {
    return FeatureDistribution.of(
        images.root().toString(),
        extraction.extract(images, file(extraction, images), listener, cancellation));
  }

  /**
   * Returns where features are kept.
   *
   * @param extraction network and protocol
   * @param images the images
   * @return a file of this folder, whether it exists or not
   */
  public Path file(FeatureExtraction extraction, ImageFolder images) {
    Path place = images.root().toAbsolutePath().normalize();
    FeatureOrigin origin = extraction.origin();
    Hasher hasher = Hashing.sha256().newHasher();
    put(hasher, place.toString());
    put(hasher, origin.toString());
    put(hasher, origin.network().weights());
    images.names().forEach(name -> put(hasher, name));
    String hash = hasher.hash().toString().substring(0, SHORT_HASH);
    return folder.resolve(place.getFileName() + "-" + hash + ".features.safetensors");
  }

  private static void put(Hasher hasher, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    hasher.putInt(bytes.length).putBytes(bytes);
  }
}
