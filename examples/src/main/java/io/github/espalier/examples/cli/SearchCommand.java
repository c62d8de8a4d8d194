package io.github.espalier.examples.cli;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.limit.Limits;
import io.github.espalier.examples.study.limit.SplitQuestion;
import io.github.espalier.examples.study.limit.SplitResult;
import io.github.espalier.examples.study.plan.Recipe;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.search.SparsityRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code espalier search}. */
@Command(
    name = "search",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Finds the sparsities of text encoder and U-Net that together remove most of a model's"
          + " parameters while its scores are kept.",
      "",
      "Prunes in memory, makes images, scores them, and leaves out what other combinations have"
          + " settled: where scores are kept, they are with less pruning. All models make the same"
          + " images, and the confidence interval is that of the mean difference from the dense one."
          + " What is done is kept in a folder: the same command goes on with a search that was"
          + " stopped, and ends with the same search.json. Ranges that end at the thresholds that"
          + " find-threshold finds, with the same folder, take fewer evaluations.",
      "",
      "Unless options say otherwise: 64 images, 50 steps, guidance 7.5, seeds from 0. With"
          + " --references, the Fréchet distance from them is measured too: FID by --inception, or"
          + " else one by the judge.",
      "",
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  espalier search stable-diffusion-2 --text-range 30%%..60%% --unet-range 20%%..50%% --captions"
          + " captions_train2017.json --judge clip-vit-base-patch32 --drop 2%% --out limits",
    })
@SuppressWarnings("NullAway.Init")
final class SearchCommand implements Callable<Integer> {
  private final Session session;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(paramLabel = "CHECKPOINT", description = "A diffusers folder.")
  Path source;

  @Option(
      names = "--text-range",
      paramLabel = "FROM..TO",
      defaultValue = "0%..95%",
      converter = SparsityRangeConverter.class,
      description =
          "Sparsities of the text encoder's selected weights to search, besides 0%% (default:"
              + " 0%%..95%%).")
  SparsityRange textRange;

  @Option(
      names = "--unet-range",
      paramLabel = "FROM..TO",
      defaultValue = "0%..95%",
      converter = SparsityRangeConverter.class,
      description = "The same of the U-Net (default: 0%%..95%%).")
  SparsityRange unetRange;

  @Option(
      names = "--precision",
      paramLabel = "SPARSITY",
      defaultValue = "5%",
      description = "Distance of the sparsities that are tried (default: 5%%).")
  Sparsity precision;

  @Option(
      names = "--text-method",
      paramLabel = "NAME",
      description = "Another method for the text encoder.")
  Optional<String> textMethod = Optional.empty();

  @Option(
      names = "--unet-method",
      paramLabel = "NAME",
      description = "Another method for the U-Net.")
  Optional<String> unetMethod = Optional.empty();

  @Mixin RecipeOptions recipeOptions;

  @Mixin LimitOptions limitOptions;

  SearchCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    SplitQuestion question = question();
    return limitOptions.run(
        session,
        source,
        question.plan().images(),
        (checkpoint, folder, options, listener) -> {
          SplitResult result =
              Limits.split(checkpoint, question, folder, options, listener, session.cancellation());
          PruneLines lines = new PruneLines(source, limitOptions.variant(), question.plan());
          Path file = folder.resolve(SplitResult.NAME);
          return new LimitOptions.Answer(
              result.toJson(), () -> SplitText.summary(result, lines, file));
        });
  }

  private SplitQuestion question() {
    limitOptions.requirePrecision(textRange, precision);
    limitOptions.requirePrecision(unetRange, precision);
    Recipe text = recipeOptions.recipe(StudyPart.TEXT, textMethod.orElse(recipeOptions.method));
    Recipe unet = recipeOptions.recipe(StudyPart.UNET, unetMethod.orElse(recipeOptions.method));
    StudyPlan plan = limitOptions.plan();
    try {
      return new SplitQuestion(
          plan, text, unet, limitOptions.criteria(), textRange, unetRange, precision);
    } catch (IllegalArgumentException e) {
      throw limitOptions.usage(String.valueOf(e.getMessage()));
    }
  }
}
