package io.github.espalier.metrics.extract;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An image that could not be read and was passed over.
 *
 * @param name its name below its folder
 * @param reason what is wrong with it
 */
public record SkippedImage(String name, String reason) {
  private static final int MOST_NAMES = 5;

  /**
   * Complains of features that lack images although nobody asked for it.
   *
   * @param skipped the images, at least one
   * @return what to say of their file: how many there are and which, and why the first was skipped
   */
  public static String complaint(List<SkippedImage> skipped) {
    String names =
        skipped.stream()
            .limit(MOST_NAMES)
            .map(SkippedImage::name)
            .collect(Collectors.joining(", "));
    return "lacks features of "
        + skipped.size()
        + (skipped.size() == 1 ? " image" : " images")
        + " that could not be read: "
        + names
        + (skipped.size() > MOST_NAMES ? " and others" : "")
        + " ("
        + skipped.get(0).reason()
        + "); mend or remove "
        + (skipped.size() == 1 ? "it" : "them")
        + ", or ask for such images to be skipped";
  }
}
