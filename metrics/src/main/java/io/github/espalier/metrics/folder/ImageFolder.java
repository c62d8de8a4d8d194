package io.github.espalier.metrics.folder;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.UnsignedBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The images of a folder: what ends in bmp, jpg, jpeg, pgm, png, ppm, tif, tiff or webp, the list
 * of pytorch-fid and clean-fid, in upper or lower case. Of these only PNG and JPEG files can be
 * read; to leave the others out without a word would change the number of images.
 *
 * <p>They come in the order of their names below the folder, as UTF-8 bytes. Symbolic links are
 * followed. Immutable.
 *
 * @param root the folder
 * @param names names below the folder, with slashes, in order
 */
public record ImageFolder(Path root, List<String> names) {
  private static final ImmutableSet<String> ENDINGS =
      ImmutableSet.of("bmp", "jpg", "jpeg", "pgm", "png", "ppm", "tif", "tiff", "webp");

  private static final Comparator<String> ORDER =
      Comparator.comparing(
          name -> name.getBytes(StandardCharsets.UTF_8), UnsignedBytes.lexicographicalComparator());

  /**
   * Copies the list.
   *
   * @param root the folder
   * @param names names below the folder, with slashes, in order
   */
  public ImageFolder {
    names = ImmutableList.copyOf(names);
  }

  /**
   * Lists the images of a folder.
   *
   * @param folder the folder
   * @param recursive whether those of folders below it count too, as for clean-fid; for pytorch-fid
   *     they do not
   * @return the images, at least one
   * @throws NotDirectoryException if it is no folder
   * @throws IllegalArgumentException if there are no images; the message names the folder
   * @throws IOException if there is no such folder, or it cannot be read
   */
  public static ImageFolder list(Path folder, boolean recursive) throws IOException {
    if (!Files.exists(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    int depth = recursive ? Integer.MAX_VALUE : 1;
    List<String> names;
    try (Stream<Path> walk = Files.walk(folder, depth, FileVisitOption.FOLLOW_LINKS)) {
      names =
          walk.filter(ImageFolder::isImage)
              .map(file -> folder.relativize(file).toString().replace('\\', '/'))
              .sorted(ORDER)
              .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          folder
              + " has no images"
              + (recursive ? "" : " of its own")
              + ": no file ends in "
              + String.join(", ", ENDINGS));
    }
    return new ImageFolder(folder, names);
  }

  /**
   * Keeps some of the images, such as those that a comparison is of.
   *
   * @param wanted names below the folder, with slashes, each once, in any order
   * @return these, in the order of this list
   * @throws IllegalArgumentException if there are none, a name is there twice, or is not among the
   *     images; the message names the folder and the first such name
   */
  public ImageFolder only(List<String> wanted) {
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("no images of " + root + " are wanted");
    }
    ImmutableSet<String> present = ImmutableSet.copyOf(names);
    Set<String> chosen = new HashSet<>();
    for (String name : wanted) {
      if (!present.contains(name)) {
        throw new IllegalArgumentException(
            "'" + name + "' is not among the " + names.size() + " images of " + root);
      }
      if (!chosen.add(name)) {
        throw new IllegalArgumentException("'" + name + "' of " + root + " is wanted twice");
      }
    }
    return new ImageFolder(root, names.stream().filter(chosen::contains).toList());
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1))
        && name.indexOf('.') >= 0
        && !Files.isDirectory(file);
  }

  /**
   * Returns how many images there are.
   *
   * @return 0 or more
   */
  public int size() {
    return names.size();
  }

  /**
   * Returns where an image is.
   *
   * @param index its place in the order
   * @return the file
   * @throws IndexOutOfBoundsException if there is none
   */
  public Path file(int index) {
    return root.resolve(names.get(index));
  }
}
