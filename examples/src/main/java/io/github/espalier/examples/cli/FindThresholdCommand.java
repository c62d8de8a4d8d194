package io.github.espalier.examples.cli;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.limit.Limits;
import io.github.espalier.examples.study.limit.ThresholdQuestion;
import io.github.espalier.examples.study.limit.ThresholdResult;
import io.github.espalier.examples.study.plan.Recipe;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.search.SparsityRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code espalier find-threshold}. */
@Command(
    name = "find-threshold",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Finds the sparsity at which the scores of one part of a model drop off.",
      "",
      "Prunes in memory, makes images, scores them, and tries the sparsity in the middle of what is"
          + " open, until two neighbours are left: one that keeps the scores and one that does not."
          + " All models make the same images, and the confidence interval is that of the mean"
          + " difference from the dense one. What is done is kept in a folder: the same command goes"
          + " on with a search that was stopped, and ends with the same threshold-PART-METHOD.json.",
      "",
      "Unless options say otherwise: 64 images, 50 steps, guidance 7.5, seeds from 0. With"
          + " --references, the Fréchet distance from them is measured too: FID by --inception, or"
          + " else one by the judge.",
      "",
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  espalier find-threshold stable-diffusion-2 --component text --method wanda --captions"
          + " captions_train2017.json --judge clip-vit-base-patch32 --drop 5%% --out limits",
    })
@SuppressWarnings("NullAway.Init")
final class FindThresholdCommand implements Callable<Integer> {
  private final Session session;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(paramLabel = "CHECKPOINT", description = "A diffusers folder.")
  Path source;

  @Option(
      names = "--component",
      paramLabel = "NAME",
      required = true,
      description = "What is pruned: text or unet.")
  StudyPart component;

  @Option(
      names = "--range",
      paramLabel = "FROM..TO",
      defaultValue = "0%..95%",
      converter = SparsityRangeConverter.class,
      description = "Sparsities of the selected weights to search (default: 0%%..95%%).")
  SparsityRange range;

  @Option(
      names = "--precision",
      paramLabel = "SPARSITY",
      defaultValue = "1%",
      description = "Distance of the sparsities that are tried (default: 1%%).")
  Sparsity precision;

  @Mixin RecipeOptions recipeOptions;

  @Mixin LimitOptions limitOptions;

  FindThresholdCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    ThresholdQuestion question = question();
    return limitOptions.run(
        session,
        source,
        question.plan().images(),
        (checkpoint, folder, options, listener) -> {
          ThresholdResult result =
              Limits.threshold(
                  checkpoint, question, folder, options, listener, session.cancellation());
          PruneLines lines = new PruneLines(source, limitOptions.variant(), question.plan());
          Path file = folder.resolve(question.fileName());
          return new LimitOptions.Answer(
              result.toJson(), () -> ThresholdText.summary(result, lines, file));
        });
  }

  private ThresholdQuestion question() {
    if (recipeOptions.sequential && component != StudyPart.TEXT) {
      throw limitOptions.usage("--sequential is for the text encoder; the U-Net has --packages");
    }
    if (recipeOptions.packages.isPresent() && component != StudyPart.UNET) {
      throw limitOptions.usage("--packages is for the U-Net; the text encoder has --sequential");
    }
    limitOptions.requirePrecision(range, precision);
    Recipe recipe = recipeOptions.recipe(component, recipeOptions.method);
    StudyPlan plan = limitOptions.plan();
    try {
      return new ThresholdQuestion(
          plan, component, recipe, limitOptions.criteria(), range, precision);
    } catch (IllegalArgumentException e) {
      throw limitOptions.usage(String.valueOf(e.getMessage()));
    }
  }
}
