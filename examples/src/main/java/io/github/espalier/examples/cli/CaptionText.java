package io.github.espalier.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.metrics.coco.CaptionedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes captions as 'generate' and 'clipscore' read them. */
final class CaptionText {
  private CaptionText() {}

  /** Returns the content of a file of captions, whose ending says which form it has. */
  static String of(Path file, List<CaptionedImage> images) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".jsonl")) {
      return lines(
          images.stream().map(image -> Json.object().put("prompt", image.caption()).toString()));
    }
    return name.endsWith(".json")
        ? object(images)
        : lines(images.stream().map(image -> line(file, image)));
  }

  static String fileNames(List<CaptionedImage> images) {
    return lines(images.stream().map(CaptionedImage::fileName));
  }

  private static String lines(Stream<String> lines) {
    return lines.map(line -> line + "\n").collect(Collectors.joining());
  }

  private static String object(List<CaptionedImage> images) {
    ObjectNode captions = Json.object();
    images.forEach(image -> captions.put(image.fileName(), image.caption()));
    return Json.text(captions) + "\n";
  }

  /** White space of any kind is the same to CLIP's tokenizer. */
  private static String line(Path file, CaptionedImage image) {
    String line = image.caption().replaceAll("\\R", " ");
    if (line.isBlank()) {
      throw new IllegalArgumentException(
          "--out "
              + file
              + ": the caption of "
              + image.fileName()
              + " is blank, which a line of text cannot be; choose a file that ends in .jsonl");
    }
    return line;
  }
}
