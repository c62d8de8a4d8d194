package io.github.espalier.metrics.extract;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.metrics.folder.ImageFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes sure that what was done before was of the images that are there now. */
final class JournalCheck implements FeatureJournal.Visitor {
  private final Path journal;
  private final ImageFolder folder;
  private final boolean skips;
  private final ExtractionListener listener;
  private final Cancellation cancellation;
  private int next;

  JournalCheck(
      Path journal,
      ImageFolder folder,
      boolean skips,
      ExtractionListener listener,
      Cancellation cancellation) {
    this.journal = journal;
    this.folder = folder;
    this.skips = skips;
    this.listener = listener;
    this.cancellation = cancellation;
  }

  @Override
  public void visit(JournalEntry entry) throws IOException {
    cancellation.check();
    HashedImage image = entry.image();
    String expected = next < folder.size() ? folder.names().get(next) : "no image";
    if (!image.name().equals(expected)) {
      throw wrong(
          "was begun with other images: image "
              + next
              + " was "
              + image.name()
              + ", not "
              + expected);
    }
    if (!ReadAhead.hash(folder.file(next)).equals(image.hash())) {
      throw wrong("was begun with another content of " + folder.file(next));
    }
    if (entry.features() == null) {
      SkippedImage skipped = entry.skippedImage();
      if (!skips) {
        throw CheckpointFormatException.of(
            journal, "was begun by skipping images that cannot be read: " + skipped.reason());
      }
      listener.skipped(skipped);
    }
    next++;
  }

  private CheckpointFormatException wrong(String problem) {
    return CheckpointFormatException.of(
        journal, problem + "; delete it to start anew, or choose another target");
  }

  /** Refuses a run in which no image could be read. */
  void requireSome(FeatureJournal entries) throws IOException {
    int[] read = {0};
    @Nullable String[] reason = {null};
    entries.forEach(
        entry -> {
          if (entry.features() != null) {
            read[0]++;
          } else if (reason[0] == null) {
            reason[0] = entry.skippedImage().reason();
          }
        });
    if (read[0] == 0) {
      throw new IllegalArgumentException(
          "none of the "
              + folder.size()
              + " images of "
              + folder.root()
              + " can be read; "
              + reason[0]);
    }
  }

  /** Says in what the images of a folder differ from those of features; empty if in nothing. */
  static String differenceFrom(
      ImageFolder folder, ExtractedFeatures features, Cancellation cancellation)
      throws IOException {
    List<String> skipped = features.skipped().stream().map(SkippedImage::name).toList();
    if (features.images().size() + skipped.size() != folder.size()) {
      return features.images().size()
          + skipped.size()
          + " images, but "
          + folder.root()
          + " has "
          + folder.size();
    }
    Iterator<HashedImage> images = features.images().iterator();
    Iterator<String> others = skipped.iterator();
    @Nullable String other = others.hasNext() ? others.next() : null;
    for (int i = 0; i < folder.size(); i++) {
      cancellation.check();
      String name = folder.names().get(i);
      if (name.equals(other)) {
        other = others.hasNext() ? others.next() : null;
      } else if (!images.hasNext() || !isSame(images.next(), name, folder.file(i))) {
        return "another " + folder.file(i);
      }
    }
    return "";
  }

  private static boolean isSame(HashedImage image, String name, Path file) throws IOException {
    return image.name().equals(name) && ReadAhead.hash(file).equals(image.hash());
  }
}
