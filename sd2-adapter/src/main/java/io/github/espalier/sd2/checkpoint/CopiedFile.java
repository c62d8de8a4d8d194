package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.ModelRewrite;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that is carried over as it is. */
record CopiedFile(Path source, Path target, long bytes) implements ModelRewrite.Copy {
  static CopiedFile of(Path source, Path target) throws IOException {
    return new CopiedFile(source, target, Files.size(source));
  }

  @Override
  public void run() throws IOException {
    try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long done = 0;
      while (done < bytes) {
        long copied = in.transferTo(done, bytes - done, out);
        if (copied <= 0) {
          break;
        }
        done += copied;
      }
      if (done != bytes || in.size() != bytes) {
        throw CheckpointFormatException.of(
            source, "changed while it was being copied: had " + bytes + " bytes");
      }
    }
  }
}
