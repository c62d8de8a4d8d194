package io.github.espalier.examples.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The tiny trained Stable Diffusion 2 that ships with the examples, unpacked: with the model that
 * judges its images, captions, real images of these captions, and a model card.
 *
 * @param folder that holds all of them
 */
public record DemoModel(Path folder) {
  private static final PackedFolder PACKED = new PackedFolder("tiny-sd2");

  /**
   * Unpacks the model, unless that was done before. The folder appears whole or not at all.
   *
   * @param target the folder to create, or one that was unpacked before
   * @return the model
   * @throws java.nio.file.FileSystemException if the target exists and a file in it is missing or
   *     not the one that ships
   * @throws IOException if it cannot be written or read
   */
  public static DemoModel unpack(Path target) throws IOException {
    if (Files.exists(target)) {
      PACKED.requireSame(target);
    } else {
      PACKED.unpack(target, false);
    }
    return new DemoModel(target);
  }

  /**
   * Returns where the model to prune is.
   *
   * @return a checkpoint in the diffusers layout
   */
  public Path checkpoint() {
    return folder.resolve("sd2");
  }

  /**
   * Returns where the CLIP model is that scores images.
   *
   * @return its folder
   */
  public Path judge() {
    return folder.resolve("judge");
  }

  /**
   * Returns where the captions are.
   *
   * @return a text file with 256 captions, one a line
   */
  public Path captions() {
    return folder.resolve("scenes").resolve("captions.txt");
  }

  /**
   * Returns where the real images are.
   *
   * @return a folder with an image of each caption
   */
  public Path references() {
    return folder.resolve("scenes").resolve("real");
  }
}
