package io.github.espalier.examples.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * A file that is written after a checkpoint and beside it. Hours of work would be wasted if only
 * then it showed that this is impossible, so that it is checked before.
 *
 * @param option the option that names the file
 * @param file where it will be
 */
record SideOutput(String option, Path file) {
  /** Checks that the file can be created, and leaves nothing behind. */
  void requireCreatable(boolean overwrite) throws IOException {
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(file.toString(), null, "is a folder, which no file replaces");
    }
    if (!overwrite && exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path place = existingParent();
    if (!Files.isDirectory(place)) {
      throw new NotDirectoryException(place.toString());
    }
    // Permissions do not tell all: a device may be read-only, and root may do what it then cannot.
    try {
      Files.delete(Files.createTempFile(place, ".espalier-", ".probe"));
    } catch (IOException e) {
      FileSystemException problem =
          new FileSystemException(file.toString(), null, "cannot be created in " + place);
      problem.initCause(e);
      throw problem;
    }
  }

  /** Checks that writing the file would not change what another path names. */
  void requireApart(Path other, String what) throws IOException {
    boolean apart =
        !file.toAbsolutePath().normalize().startsWith(other.toAbsolutePath().normalize())
            && !realPath(file).startsWith(realPath(other));
    if (!apart) {
      throw new IllegalArgumentException(
          option
              + " "
              + file
              + " is "
              + what
              + " "
              + other
              + " or inside it; choose another place");
    }
  }

  private Path existingParent() {
    Path absolute = file.toAbsolutePath().normalize();
    Path place = absolute;
    do {
      Path parent = place.getParent();
      if (parent == null) {
        throw new IllegalArgumentException(option + " " + file + " is a root folder");
      }
      place = parent;
    } while (!exists(place));
    return place;
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** A link at the path itself is not followed: it is what would be replaced. */
  private static Path realPath(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null) {
      return absolute;
    }
    Path realParent = Files.exists(parent) ? parent.toRealPath() : realPath(parent);
    return realParent.resolve(absolute.getFileName());
  }
}
