package io.github.espalier.examples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The trained model that ships with Espalier, for commands that search its sparsities. */
final class TinyModel {
  private static final Path FOLDER =
      Path.of("src/main/resources/io/github/espalier/examples/demo/tiny-sd2");

  private TinyModel() {}

  static Path checkpoint() {
    return FOLDER.resolve("sd2");
  }

  static Path references() {
    return FOLDER.resolve("scenes/real");
  }

  /** A command with few images of few steps, which suffice to tell a model from a ruin. */
  static List<String> command(String name, Path out, String... more) {
    List<String> args = new ArrayList<>();
    args.addAll(List.of(name, checkpoint().toString()));
    args.addAll(List.of("--judge", FOLDER.resolve("judge").toString()));
    args.addAll(List.of("--captions", FOLDER.resolve("scenes/captions.txt").toString()));
    args.addAll(List.of("--images=4", "--steps=6", "--guidance=4", "--scheduler=ddim"));
    args.addAll(List.of("--out", out.toString()));
    args.addAll(List.of(more));
    return args;
  }
}
