package io.github.espalier.examples.cli;

import io.github.espalier.examples.generate.GeneratedImages;
import io.github.espalier.metrics.clipscore.CaptionedFile;
import io.github.espalier.metrics.folder.ImageFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A folder's images with their captions. Where it has a manifest, only images that are listed there
 * count.
 *
 * @param pairs what belongs together, in the order of the images
 * @param unmatchedImages images without captions
 * @param unmatchedCaptions names that captions are for and that no image has
 */
record CaptionedFolder(
    List<CaptionedFile> pairs, List<String> unmatchedImages, List<String> unmatchedCaptions) {

  static CaptionedFolder of(Path folder, Optional<Path> captions) throws IOException {
    boolean generated = GeneratedImages.isFolderOf(folder);
    Map<String, String> prompts = generated ? GeneratedImages.prompts(folder) : Map.of();
    List<String> images = new ArrayList<>();
    if (generated) {
      prompts.keySet().stream()
          .filter(name -> Files.exists(folder.resolve(name)))
          .forEach(images::add);
    } else {
      images.addAll(ImageFolder.list(folder, false).names());
    }
    if (captions.isPresent()) {
      return match(folder, images, CaptionFile.read(captions.get(), images));
    }
    if (!generated) {
      throw new IllegalArgumentException(
          folder + " has no manifest of 'espalier generate': give --captions FILE");
    }
    return match(folder, images, prompts);
  }

  private static CaptionedFolder match(
      Path folder, List<String> images, Map<String, String> captions) {
    Map<String, String> captionByStem = byStem(captions.keySet());
    Map<String, String> imageByStem = byStem(images);
    List<CaptionedFile> pairs = new ArrayList<>();
    List<String> without = new ArrayList<>();
    Set<String> used = new HashSet<>();
    for (String image : images) {
      boolean only = image.equals(imageByStem.get(stem(image)));
      String key =
          only && !captions.containsKey(image)
              ? captionByStem.getOrDefault(stem(image), "")
              : image;
      String caption = captions.get(key);
      if (caption == null) {
        without.add(image);
      } else {
        used.add(key);
        pairs.add(new CaptionedFile(image, folder.resolve(image), caption));
      }
    }
    List<String> left = captions.keySet().stream().filter(name -> !used.contains(name)).toList();
    return new CaptionedFolder(pairs, without, left);
  }

  /** Names by what is before their ending: COCO's are JPEG files, generated ones PNG files. */
  private static Map<String, String> byStem(Collection<String> names) {
    Map<String, String> byStem = new HashMap<>();
    // An empty name is none, so that what could be meant twice matches nothing.
    names.forEach(name -> byStem.merge(stem(name), name, (first, second) -> ""));
    return byStem;
  }

  private static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  CaptionedFolder requireMatched() {
    if (!unmatchedImages.isEmpty()) {
      throw new IllegalArgumentException(
          unmatched(unmatchedImages, "image without a caption", "images without captions"));
    }
    if (!unmatchedCaptions.isEmpty()) {
      throw new IllegalArgumentException(
          unmatched(unmatchedCaptions, "caption without an image", "captions without images"));
    }
    return this;
  }

  private static String unmatched(List<String> names, String one, String several) {
    return Figures.count(names.size())
        + " "
        + (names.size() == 1 ? one : several)
        + ", first "
        + names.get(0)
        + "; --skip-unmatched leaves them out";
  }

  CaptionedFolder limitedTo(int count) {
    List<CaptionedFile> first = pairs.subList(0, Math.min(count, pairs.size()));
    return new CaptionedFolder(first, unmatchedImages, unmatchedCaptions);
  }
}
