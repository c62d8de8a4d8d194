package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.safetensors.SafetensorsHeader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A safetensors file as it is. */
final class DenseWeightFile implements WeightFile {
  private final SafetensorsFile file;
  private final FileChannel channel;

  DenseWeightFile(SafetensorsFile file) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file.path(), StandardOpenOption.READ);
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public SafetensorsHeader header() {
    return file.header();
  }

  @Override
  public TensorData tensor(String name) {
    return file.tensor(name);
  }

  @Override
  public void copy(long position, long length, FileChannel target) throws IOException {
    // The kernel copies from file to file; each call has a channel position of its own to advance.
    long done = 0;
    while (done < length) {
      long copied = channel.transferTo(position + done, length - done, target);
      if (copied <= 0) {
        throw CheckpointFormatException.of(
            path(), "ended at byte " + (position + done) + " while it was being copied");
      }
      done += copied;
    }
  }

  @Override
  public void requireUnchanged() throws IOException {
    file.requireUnchanged();
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      file.close();
    }
  }
}
