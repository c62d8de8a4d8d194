package io.github.espalier.examples.cli;

import io.github.espalier.examples.study.plan.StudyPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that say what a study does. */
@SuppressWarnings("NullAway.Init")
final class StudyPlanOptions {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--plan",
      paramLabel = "PLAN",
      required = true,
      description =
          "paper (its experiments, 10,000 images each), beyond (newer methods, and convolutions),"
              + " demo (a few points of each, for small models), or a file (.json).")
  String plan;

  @Mixin StudyImageOptions images;

  @Mixin StudyScoreOptions scores;

  /** Reads the plan and changes what options say. */
  StudyPlan plan() throws IOException {
    StudyPlan read = read();
    try {
      return scores.changed(images.changed(read));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private StudyPlan read() throws IOException {
    if (StudyPlan.builtInNames().contains(plan)) {
      return StudyPlan.builtIn(plan);
    }
    if (!Files.exists(Path.of(plan))) {
      throw new ParameterException(
          spec.commandLine(),
          "--plan "
              + plan
              + " is neither a file nor one of "
              + String.join(", ", StudyPlan.builtInNames()));
    }
    return StudyPlan.read(Path.of(plan));
  }
}
