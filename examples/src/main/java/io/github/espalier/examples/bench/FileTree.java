package io.github.espalier.examples.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files that a pruned copy has in common with its source, by relative path.
 *
 * @param root the source: a folder, or a file, whose relative path is empty
 * @param files relative paths
 */
record FileTree(Path root, List<Path> files) {
  private static final int PIECE = 1 << 20;

  /** Lists the files of a source that a copy of it has too. */
  static FileTree common(Path source, Path copy) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(source)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        Path relative = source.relativize(file);
        if (Files.isRegularFile(copy.resolve(relative.toString()))) {
          files.add(relative);
        }
      }
    }
    return new FileTree(source, files);
  }

  long bytes() throws IOException {
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(root.resolve(file));
    }
    return bytes;
  }

  /** Brings all files into the page cache. */
  void read() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(root.resolve(file), StandardOpenOption.READ)) {
        int length;
        do {
          length = channel.read(buffer.clear());
        } while (length >= 0);
      }
    }
  }

  /** Copies all files inside the kernel: the fastest way that plain Java has. */
  void copy(Path target, boolean durable) throws IOException {
    for (Path file : files) {
      Path place = target.resolve(file.toString());
      Files.createDirectories(place.getParent());
      try (FileChannel in = FileChannel.open(root.resolve(file), StandardOpenOption.READ);
          FileChannel out =
              FileChannel.open(place, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        long size = in.size();
        for (long done = 0; done < size; ) {
          long copied = in.transferTo(done, size - done, out);
          if (copied <= 0) {
            throw new IOException(root.resolve(file) + ": became shorter while it was copied");
          }
          done += copied;
        }
        if (durable) {
          out.force(true);
        }
      }
    }
  }

  static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(path)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : paths) {
      Files.deleteIfExists(each);
    }
  }
}
