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
  static FileStamp of(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileStamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
  }
}
