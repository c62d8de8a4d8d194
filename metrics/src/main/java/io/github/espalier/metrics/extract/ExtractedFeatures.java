package io.github.espalier.metrics.extract;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.metrics.feature.FeatureAccumulator;
import io.github.espalier.metrics.feature.FeatureSet;
import io.github.espalier.metrics.feature.FeatureSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A file of features of a folder of images, and what they are of. Immutable. The features stay in
 * the file, which must not change meanwhile, until {@link #load}; {@link #summary} reads them one
 * after another.
 */
public final class ExtractedFeatures {
  private final Path file;
  private final FeatureOrigin origin;
  private final int width;
  private final List<HashedImage> images;
  private final List<HashedSkip> skips;

  ExtractedFeatures(
      Path file,
      FeatureOrigin origin,
      int width,
      List<HashedImage> images,
      List<HashedSkip> skips) {
    this.file = file;
    this.origin = origin;
    this.width = width;
    this.images = ImmutableList.copyOf(images);
    this.skips = ImmutableList.copyOf(skips);
  }

  /**
   * Reads what a file that {@link FeatureExtraction} wrote says of its features, but not these.
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
   * Puts files of features together, such as those of parts of a folder that several machines
   * computed: the file is what a single extraction would have written of all images.
   *
   * @param parts features by the same network and protocol, in the order that they get; at least
   *     one
   * @param target the new file, which replaces one that exists
   * @return its features
   * @throws IllegalArgumentException if there are no parts, or they are of different origin or
   *     width; the message says in what they differ
   * @throws CheckpointFormatException if a feature is infinite or NaN, or a file has changed
   * @throws IOException if reading or writing fails
   */
  public static ExtractedFeatures merge(List<ExtractedFeatures> parts, Path target)
      throws IOException {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("there are no features to put together");
    }
    ExtractedFeatures first = parts.get(0);
    for (ExtractedFeatures part : parts) {
      String difference = part.origin.differenceFrom(first.origin);
      if (!difference.isEmpty() || part.width != first.width) {
        throw new IllegalArgumentException(
            part.file
                + " cannot be added to "
                + first.file
                + ": it has features of "
                + (difference.isEmpty() ? part.width + " columns" : difference));
      }
    }
    try (StagedOutput output = StagedOutput.file(target, true)) {
      FeatureFile.write(
          output.staging(),
          first.origin,
          first.width,
          visitor -> {
            for (ExtractedFeatures part : parts) {
              part.visit(visitor);
            }
          });
      output.commit(true);
    }
    return read(target);
  }

  private void visit(FeatureJournal.Visitor visitor) throws IOException {
    for (HashedSkip skip : skips) {
      visitor.visit(JournalEntry.skipped(skip.image(), skip.reason()));
    }
    try (FeatureRows rows = FeatureRows.open(this)) {
      for (int i = 0; i < count(); i++) {
        float[] row = new float[width];
        rows.get(i, row);
        visitor.visit(JournalEntry.of(images.get(i), row));
      }
    }
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
   * Returns how many images there are features of.
   *
   * @return 1 or more
   */
  public int count() {
    return images.size();
  }

  /**
   * Returns the number of features of an image.
   *
   * @return at least 1
   */
  public int width() {
    return width;
  }

  /**
   * Summarises the features, in memory that does not grow with their number.
   *
   * @return count, mean and scatter
   * @throws CheckpointFormatException if a feature is infinite or NaN, or the file has changed
   * @throws IOException if it cannot be read
   */
  public FeatureSummary summary() throws IOException {
    FeatureAccumulator accumulator = new FeatureAccumulator(width);
    double[] wide = new double[width];
    try (FeatureRows rows = FeatureRows.open(this)) {
      float[] row = new float[width];
      for (int i = 0; i < count(); i++) {
        rows.get(i, row);
        for (int j = 0; j < width; j++) {
          wide[j] = row[j];
        }
        accumulator.add(wide);
      }
    }
    return accumulator.snapshot();
  }

  /**
   * Reads the features: four bytes for each on the Java heap.
   *
   * @return a vector for each image, in the order of {@link #names()}
   * @throws CheckpointFormatException if a feature is infinite or NaN, the file has changed, or the
   *     heap is too small for the features; the message says what they need
   * @throws IOException if it cannot be read
   */
  public FeatureSet load() throws IOException {
    FeatureMemory.require(file, count(), width);
    FeatureSet.Collector collector = new FeatureSet.Collector(width, Math.max(1, count()));
    try (FeatureRows rows = FeatureRows.open(this)) {
      float[] row = new float[width];
      for (int i = 0; i < count(); i++) {
        rows.get(i, row);
        collector.add(row);
      }
    } catch (OutOfMemoryError e) {
      throw FeatureMemory.exhausted(file, count(), width, e);
    }
    return collector.snapshot();
  }

  /**
   * Returns the images.
   *
   * @return names below their folder
   */
  public List<String> names() {
    return images.stream().map(HashedImage::name).toList();
  }

  /**
   * Returns the file.
   *
   * @return where the features are
   */
  public Path file() {
    return file;
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
    return skips.stream().map(HashedSkip::skippedImage).toList();
  }

  /** The same with the hashes of the files. */
  List<HashedSkip> skips() {
    return skips;
  }

  @Override
  public String toString() {
    return "features of " + count() + " images (" + origin + ")";
  }
}
