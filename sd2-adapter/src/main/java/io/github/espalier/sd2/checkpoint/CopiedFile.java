package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.ModelRewrite;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/** A file that is carried over as it is. */
record CopiedFile(Path source, Path target, long bytes) implements ModelRewrite.Copy {
  /** Large enough for the kernel's pace, small enough to stop soon and to show progress. */
  private static final long PIECE_BYTES = 16L << 20;

  static CopiedFile of(Path source, Path target) throws IOException {
    return new CopiedFile(source, target, Files.size(source));
  }

  @Override
  public void run(LongConsumer progress) throws IOException {
    try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long done = 0;
      while (done < bytes) {
        long copied = in.transferTo(done, Math.min(PIECE_BYTES, bytes - done), out);
        if (copied <= 0) {
          break;
        }
        done += copied;
        progress.accept(copied);
      }
      if (done != bytes || in.size() != bytes) {
        throw CheckpointFormatException.of(
            source, "changed while it was being copied: had " + bytes + " bytes");
      }
    }
  }
}
