package io.github.espalier.examples.study.run;

import java.util.ArrayList;
import java.util.List;

/**
 * Some of the images of a configuration, one after another. Immutable.
 *
 * @param first the first one's index, from 0
 * @param end the index after the last one's
 */
public record ImageRange(int first, int end) {
  /**
   * The judges' networks see so many images together, counted from image 0, and might round
   * otherwise if they saw others together.
   */
  private static final int TOGETHER = 16;

  /**
   * Checks the bounds.
   *
   * @param first the first one's index
   * @param end the index after the last one's
   * @throws IllegalArgumentException if the range is empty, or begins before 0
   */
  public ImageRange {
    if (first < 0 || end <= first) {
      throw new IllegalArgumentException("there are no images from " + first + " to " + end);
    }
  }

  /**
   * Returns how many images there are.
   *
   * @return at least 1
   */
  public int size() {
    return end - first;
  }

  /**
   * Divides images among tasks: into ranges of equal size but for the last one. Larger ranges begin
   * at multiples of 16.
   *
   * @param images how many there are, at least 1
   * @param partitions the most ranges to make, at least 1
   * @return ranges in order, which hold each image once
   * @throws IllegalArgumentException if a number is less than 1
   */
  public static List<ImageRange> divide(int images, int partitions) {
    if (images < 1 || partitions < 1) {
      throw new IllegalArgumentException(
          images + " images cannot be divided into " + partitions + " ranges");
    }
    int size = (images + partitions - 1) / partitions;
    int whole = size < TOGETHER ? size : (size + TOGETHER - 1) / TOGETHER * TOGETHER;
    List<ImageRange> ranges = new ArrayList<>();
    for (int first = 0; first < images; first += whole) {
      ranges.add(new ImageRange(first, Math.min(images, first + whole)));
    }
    return ranges;
  }

  @Override
  public String toString() {
    return first + " to " + (end - 1);
  }
}
