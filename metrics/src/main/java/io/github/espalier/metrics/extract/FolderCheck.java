package io.github.espalier.metrics.extract;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.metrics.folder.ImageFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How the images of a folder compare with those of a file of features.
 *
 * @param difference in what they differ, if there is no use of the features; else empty
 * @param rows for each image of the folder its row among the features, or -1 if it was skipped
 * @param changed places in the folder of images that were skipped and have another content now
 * @param missing images that were skipped and have the same content
 */
record FolderCheck(
    String difference, List<Integer> rows, List<Integer> changed, List<SkippedImage> missing) {
  /** Copies the lists. */
  FolderCheck {
    rows = ImmutableList.copyOf(rows);
    changed = ImmutableList.copyOf(changed);
    missing = ImmutableList.copyOf(missing);
  }

  static FolderCheck different(String how) {
    return new FolderCheck(how, List.of(), List.of(), List.of());
  }

  static FolderCheck of(ImageFolder folder, ExtractedFeatures features, Cancellation cancellation)
      throws IOException {
    List<HashedImage> images = features.images();
    List<HashedSkip> skips = features.skips();
    int count = images.size() + skips.size();
    if (count != folder.size()) {
      return different(count + " images, but " + folder.root() + " has " + folder.size());
    }
    List<Integer> rows = new ArrayList<>();
    List<Integer> changed = new ArrayList<>();
    List<SkippedImage> missing = new ArrayList<>();
    int row = 0;
    int skip = 0;
    for (int i = 0; i < folder.size(); i++) {
      cancellation.check();
      String name = folder.names().get(i);
      if (skip < skips.size() && skips.get(skip).image().name().equals(name)) {
        HashedSkip each = skips.get(skip++);
        rows.add(-1);
        if (each.image().isContentOf(folder.file(i))) {
          missing.add(each.skippedImage());
        } else {
          changed.add(i);
        }
      } else if (row < images.size()
          && images.get(row).name().equals(name)
          && images.get(row).isContentOf(folder.file(i))) {
        rows.add(row++);
      } else {
        return different("another " + folder.file(i));
      }
    }
    return new FolderCheck("", rows, changed, missing);
  }

  /** How many images before that place were skipped. */
  int skipBefore(int index) {
    return (int) rows.subList(0, index).stream().filter(row -> row < 0).count();
  }
}
