package io.github.espalier.examples.cli;

import io.github.espalier.examples.study.plan.CalibrationPlan;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that say how a model is calibrated for methods and allocations that need it. */
@SuppressWarnings("NullAway.Init")
final class CalibrationPlanOptions {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--calibration-captions",
      paramLabel = "FILE",
      description =
          "Captions to calibrate with, for methods and allocations that need it, as 'espalier"
              + " calibrate' takes them (default: Espalier's own).")
  Optional<Path> captions = Optional.empty();

  @Option(
      names = "--calibration-limit",
      paramLabel = "N",
      defaultValue = "128",
      converter = CountConverter.class,
      description = "How many of them at most (default: ${DEFAULT-VALUE}).")
  int limit;

  @Option(
      names = "--calibration-steps",
      paramLabel = "N",
      defaultValue = "25",
      converter = CountConverter.class,
      description =
          "Steps of the images that a U-Net is calibrated by (default: ${DEFAULT-VALUE}).")
  int steps;

  CalibrationPlan plan() {
    // 'calibrate' does not read prompts, and could not repeat such a calibration.
    if (captions.isPresent()
        && captions.get().toString().toLowerCase(Locale.ROOT).endsWith(".jsonl")) {
      throw new ParameterException(
          spec.commandLine(),
          "--calibration-captions "
              + captions.get()
              + ": expected text with a caption a line, or COCO's .json");
    }
    return new CalibrationPlan(captions, limit, steps, false);
  }
}
