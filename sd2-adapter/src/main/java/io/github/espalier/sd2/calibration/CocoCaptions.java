package io.github.espalier.sd2.calibration;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.calibration.Captions.CocoChoice;
import io.github.espalier.sd2.coco.CocoReader;
import io.github.espalier.sd2.coco.CocoVisitor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads captions to calibrate with from a file of COCO, but no blank ones. */
final class CocoCaptions implements CocoVisitor {
  private final Path file;
  private final CocoChoice choice;
  private final int limit;
  private final List<String> captions = new ArrayList<>();
  private final Set<String> images = new HashSet<>();

  CocoCaptions(Path file, CocoChoice choice, int limit) {
    this.file = file;
    this.choice = choice;
    this.limit = limit;
  }

  List<String> read() throws IOException {
    CocoReader.read(file, this);
    if (captions.isEmpty()) {
      throw CheckpointFormatException.of(
          file, "has no captions, expected 'annotations' with a 'caption' each");
    }
    return captions;
  }

  @Override
  public boolean annotation(int index, @Nullable String imageId, String caption) {
    if (imageId == null && choice == CocoChoice.FIRST_OF_EACH_IMAGE) {
      throw CheckpointFormatException.of(file, "annotations[" + index + "] has no 'image_id'");
    }
    String text = caption.strip();
    if (!text.isEmpty() && (choice == CocoChoice.ALL || images.add(String.valueOf(imageId)))) {
      captions.add(text);
    }
    return captions.size() < limit;
  }
}
