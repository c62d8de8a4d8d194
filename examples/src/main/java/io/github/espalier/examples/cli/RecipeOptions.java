package io.github.espalier.examples.cli;

import io.github.espalier.examples.study.plan.Recipe;
import io.github.espalier.examples.study.plan.StudyPart;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that say how parts of a model are pruned, whatever the sparsity. */
@SuppressWarnings("NullAway.Init")
final class RecipeOptions {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      defaultValue = "magnitude",
      description =
          "How weights are chosen: one of those that 'espalier methods' lists"
              + " (default: ${DEFAULT-VALUE}).")
  String method;

  @Mixin MethodSettings methodSettings;

  @Mixin SelectOption select;

  @Mixin AllocationSettings allocation;

  @Option(
      names = "--sequential",
      description =
          "Calibrate the text encoder for each sparsity anew, block by block, each while those"
              + " before it are pruned, as the paper does; otherwise once, on the dense model.")
  boolean sequential;

  @Option(
      names = "--packages",
      paramLabel = "K",
      converter = CountConverter.class,
      description =
          "Calibrate the U-Net for each sparsity anew, in K packages of layers, each while those"
              + " before it are pruned; otherwise once, on the dense model.")
  Optional<Integer> packages = Optional.empty();

  /** Puts together how a part is pruned; what is wrong with the options is a usage error. */
  Recipe recipe(StudyPart part, String name) {
    try {
      return new Recipe(
          name,
          methodSettings.all(),
          methodSettings.pattern,
          allocation.allocation,
          allocation.options,
          select.layers.description(),
          sequential && part == StudyPart.TEXT,
          part == StudyPart.UNET && packages.isPresent()
              ? OptionalInt.of(packages.get())
              : OptionalInt.empty());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), Spelling.ofRules(String.valueOf(e.getMessage())), e);
    }
  }
}
