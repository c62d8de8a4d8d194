package io.github.espalier.sd2.calibration;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Texts to calibrate with. Immutable.
 *
 * @param texts the captions, in order
 */
public record Captions(List<String> texts) {
  private static final String OWN = "captions.txt";

  /** Which captions of a COCO file are taken. */
  public enum CocoChoice {
    /** The first caption of each image, in the file's order. */
    FIRST_OF_EACH_IMAGE,
    /** Every caption, in the file's order. */
    ALL
  }

  /**
   * Copies the texts.
   *
   * @param texts the captions, in order
   * @throws IllegalArgumentException if there are none
   */
  public Captions {
    texts = ImmutableList.copyOf(texts);
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("there are no captions");
    }
  }

  /**
   * Returns the captions that come with Espalier: 144 of objects, scenes, styles, counts, colours
   * and relations.
   *
   * @return the captions
   */
  public static Captions defaults() {
    try (InputStream stream = Captions.class.getResourceAsStream(OWN)) {
      return new Captions(
          new CaptionLines(Path.of(OWN), Objects.requireNonNull(stream, OWN))
              .read(Integer.MAX_VALUE));
    } catch (IOException e) {
      throw new UncheckedIOException("reading a resource cannot fail", e);
    }
  }

  /**
   * Reads a text file with a caption on each line. Blank lines are skipped, and so is white space
   * around a caption.
   *
   * @param file the file, in UTF-8
   * @param limit how many captions to read at most, at least 1; the rest of the file is read all
   *     the same, to its end, and left out
   * @return the captions
   * @throws IllegalArgumentException if the limit is less than 1
   * @throws io.github.espalier.core.model.CheckpointFormatException if a line is not UTF-8, which
   *     the message names, or there is no caption
   * @throws IOException if the file cannot be read
   */
  public static Captions readLines(Path file, int limit) throws IOException {
    requireLimit(limit);
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(file))) {
      return new Captions(new CaptionLines(file, stream).read(limit));
    }
  }

  /**
   * Reads a file of captions of COCO: a JSON object with an array {@code annotations} of objects
   * that have an {@code image_id} and a {@code caption}.
   *
   * @param file the file
   * @param choice which captions to take
   * @param limit how many captions to read at most, at least 1; the rest of the file is not read
   * @return the captions
   * @throws IllegalArgumentException if the limit is less than 1
   * @throws io.github.espalier.core.model.CheckpointFormatException if the file is no such JSON, or
   *     there is no caption
   * @throws IOException if the file cannot be read
   */
  public static Captions readCoco(Path file, CocoChoice choice, int limit) throws IOException {
    requireLimit(limit);
    return new Captions(new CocoCaptions(file, choice, limit).read());
  }

  private static void requireLimit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit is " + limit + ", but must be at least 1");
    }
  }

  /**
   * Keeps the first captions.
   *
   * @param limit how many at most, at least 1
   * @return the first of these captions
   * @throws IllegalArgumentException if the limit is less than 1
   */
  public Captions limitedTo(int limit) {
    requireLimit(limit);
    return new Captions(texts.subList(0, Math.min(limit, texts.size())));
  }

  /** A hash that differs if any caption does. */
  String sha256() {
    Hasher hasher = Hashing.sha256().newHasher();
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      hasher.putInt(bytes.length).putBytes(bytes);
    }
    return hasher.hash().toString();
  }
}
