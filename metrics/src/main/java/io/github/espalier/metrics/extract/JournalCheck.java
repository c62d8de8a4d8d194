package io.github.espalier.metrics.extract;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.metrics.folder.ImageFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes sure that what was done before was of the images that are there now. */
final class JournalCheck implements FeatureJournal.Check {
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

  /** A batch with a file that could not be read, and has another content now, is done again. */
  @Override
  public boolean accepts(List<JournalEntry> batch) throws IOException {
    int at = next;
    for (JournalEntry entry : batch) {
      cancellation.check();
      requireName(at, entry.image().name());
      if (!entry.image().isContentOf(folder.file(at))) {
        if (entry.features() == null) {
          return false;
        }
        throw wrong("was begun with another content of " + folder.file(at));
      }
      if (entry.features() == null && !skips) {
        throw CheckpointFormatException.of(
            journal,
            "was begun by skipping images that cannot be read: " + entry.skippedImage().reason());
      }
      at++;
    }
    batch.stream()
        .filter(entry -> entry.features() == null)
        .forEach(entry -> listener.skipped(entry.skippedImage()));
    next = at;
    return true;
  }

  private void requireName(int at, String name) {
    String expected = at < folder.size() ? folder.names().get(at) : "no image";
    if (!name.equals(expected)) {
      throw wrong(
          "was begun with other images: image " + at + " was " + name + ", not " + expected);
    }
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
}
