package io.github.espalier.sd2.safetensors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What tells, without reading it, that a file is still the same.
 *
 * @param size bytes
 * @param modified time of the last change
 * @param key identity of the file where the system has one, which tells that a path leads to
 *     another file now
 */
record FileStamp(long size, FileTime modified, @Nullable Object key) {
  /**
   * Takes the stamp of a file.
   *
   * @throws Rejection if it is a directory or a device
   */
  static FileStamp ofRegular(Path file) throws IOException, Rejection {
    // Opening a named pipe would wait for somebody to write into it.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new Rejection(null, "this is not a regular file");
    }
    return of(file);
  }

  /** Takes the stamp of whatever is there. */
  static FileStamp of(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileStamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
  }
}
