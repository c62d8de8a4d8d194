package io.github.espalier.metrics.coco;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.coco.CocoReader;
import io.github.espalier.sd2.coco.CocoVisitor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the first caption of each image, and the names of the images. */
final class FirstCaptions implements CocoVisitor {
  private final Path file;
  private final Map<String, String> captions = new LinkedHashMap<>();
  private final Map<String, String> fileNames = new HashMap<>();

  FirstCaptions(Path file) {
    this.file = file;
  }

  List<CaptionedImage> read() throws IOException {
    CocoReader.read(file, this);
    if (captions.isEmpty()) {
      throw CheckpointFormatException.of(
          file, "has no captions, expected 'annotations' with a 'caption' each");
    }
    List<CaptionedImage> result = new ArrayList<>();
    captions.forEach((id, caption) -> result.add(new CaptionedImage(id, fileName(id), caption)));
    return result;
  }

  private String fileName(String id) {
    String name = fileNames.get(id);
    if (name == null) {
      throw CheckpointFormatException.of(
          file, "has a caption of image_id " + id + ", but no such 'id' in 'images'");
    }
    return name;
  }

  @Override
  public boolean annotation(int index, @Nullable String imageId, String caption) {
    if (imageId == null) {
      throw CheckpointFormatException.of(file, "annotations[" + index + "] has no 'image_id'");
    }
    captions.putIfAbsent(imageId, caption);
    return true;
  }

  @Override
  public boolean wantsImages() {
    return true;
  }

  @Override
  public void image(String id, String fileName) {
    fileNames.put(id, fileName);
  }
}
