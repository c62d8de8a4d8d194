package io.github.espalier.examples.cli;

import io.github.espalier.examples.study.run.StudyOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that say how a study is carried out; of no effect on its result. */
@SuppressWarnings("NullAway.Init")
final class StudyWorkOptions {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--keep-images",
      paramLabel = "N",
      defaultValue = "16",
      description =
          "Images of each pruned model that stay once they are scored (default:"
              + " ${DEFAULT-VALUE}).")
  int keepImages;

  @Option(
      names = "--batch",
      paramLabel = "B",
      defaultValue = "0",
      description =
          "How many images are made at the same time; of no effect on them (default: as many as"
              + " threads for small models, 1 for large ones).")
  int batch;

  @Mixin ThreadsOption threads;

  StudyOptions options() {
    try {
      return new StudyOptions(threads.count, batch, keepImages);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
