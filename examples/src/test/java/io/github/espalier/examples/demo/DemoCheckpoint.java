package io.github.espalier.examples.demo;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A Stable Diffusion 2 checkpoint with few and narrow layers and random weights, written by
 * diffusers' own {@code save_pretrained}.
 */
public final class DemoCheckpoint {
  private DemoCheckpoint() {}

  /** Unpacks the checkpoint; a target that exists is replaced or refused. */
  public static void unpack(Path target, boolean overwrite) throws IOException {
    new PackedFolder("small-sd2").unpack(target, overwrite);
  }
}
