package io.github.espalier.examples.cli;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningMethod;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Stands for another program that writes a file while it is being pruned. */
public final class ChangingMethod implements PruningMethod {
  static @Nullable Path file;

  public ChangingMethod() {}

  @Override
  public String name() {
    return "test-changing";
  }

  @Override
  public Outcome prune(LayerContext layer) throws IOException {
    Path changing = file;
    if (changing != null) {
      try (FileChannel channel = FileChannel.open(changing, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(new byte[] {1}), channel.size() - 1);
      }
      Files.setLastModifiedTime(changing, FileTime.from(Instant.now().plusSeconds(5)));
    }
    return Outcome.of(Mask.keepAll(layer.layer().shape()));
  }
}
