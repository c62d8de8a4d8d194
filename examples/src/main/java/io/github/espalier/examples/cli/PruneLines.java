package io.github.espalier.examples.cli;

import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.plan.CalibrationPlan;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.PrunedPart;
import io.github.espalier.examples.study.plan.Recipe;
import io.github.espalier.examples.study.plan.Sampling;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.StudyPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The command lines that make the checkpoint of a configuration: calibrations where they are
 * needed, and the pruning.
 *
 * @param source the checkpoint
 * @param variant of its files, if one was chosen
 * @param plan how images are made and the model is calibrated
 */
record PruneLines(Path source, Optional<String> variant, StudyPlan plan) {
  private static final String USUAL_METHOD = "magnitude";

  /** Returns the lines in the order in which they must run. */
  List<String> of(Configuration configuration) {
    List<String> lines = new ArrayList<>();
    ShellLine prune = begin("prune");
    prune.add("--out", "pruned");
    boolean apart = anyApart(configuration);
    for (StudyPart part : StudyPart.values()) {
      Optional<PrunedPart> pruned = configuration.part(part);
      if (pruned.isPresent()) {
        prune.add("--" + part.key(), pruned.get().sparsity().toString());
      }
    }
    addMethods(prune, configuration);
    for (StudyPart part : StudyPart.values()) {
      Optional<PrunedPart> pruned = configuration.part(part);
      if (pruned.isPresent() && pruned.get().recipe().need() != StatisticsNeed.NONE) {
        lines.addAll(calibrations(part, pruned.get(), prune, apart));
      }
    }
    lines.add(prune.toString());
    return lines;
  }

  /** Whether an allocation has statistics other than those of the methods. */
  private static boolean anyApart(Configuration configuration) {
    return Stream.of(configuration.text(), configuration.unet())
        .flatMap(Optional::stream)
        .map(PrunedPart::recipe)
        .anyMatch(recipe -> recipe.calibratesOnItsOwn() && allocationNeeds(recipe));
  }

  private static boolean allocationNeeds(Recipe recipe) {
    return recipe.allocation().needs() != StatisticsNeed.NONE;
  }

  private static void addMethods(ShellLine prune, Configuration configuration) {
    Optional<Recipe> text = configuration.text().map(PrunedPart::recipe);
    Optional<Recipe> unet = configuration.unet().map(PrunedPart::recipe);
    Recipe any = text.or(() -> unet).orElseThrow();
    if (text.isPresent()
        && unet.isPresent()
        && !text.get().methodName().equals(unet.get().methodName())) {
      prune.add("--text-method", text.get().methodName());
      prune.add("--unet-method", unet.get().methodName());
    } else if (!any.methodName().equals(USUAL_METHOD)) {
      prune.add("--method", any.methodName());
    }
    addRecipe(prune, any);
  }

  /** Options that all parts share. */
  private static void addRecipe(ShellLine line, Recipe recipe) {
    recipe.options().forEach((key, value) -> line.add("--option", key + "=" + value));
    recipe.patternLabel().ifPresent(pattern -> line.add("--pattern", pattern));
    if (!recipe.selectionText().equals("paper")) {
      line.add("--select", recipe.selectionText());
    }
    if (!recipe.allocationName().equals("uniform")) {
      line.add("--allocation", recipe.allocationName());
    }
    recipe
        .allocationOptions()
        .forEach((key, value) -> line.add("--allocation-option", key + "=" + value));
  }

  private List<String> calibrations(
      StudyPart part, PrunedPart pruned, ShellLine prune, boolean apart) {
    Recipe recipe = pruned.recipe();
    boolean own = recipe.calibratesOnItsOwn();
    List<String> lines = new ArrayList<>();
    String file = part.key() + ".statistics.safetensors";
    String denseFile = own ? part.key() + "-dense.statistics.safetensors" : file;
    if (!own || allocationNeeds(recipe)) {
      ShellLine dense =
          calibrate(part, own ? recipe.allocation().needs() : recipe.need(), denseFile);
      addSelection(dense, recipe);
      lines.add(dense.toString());
    }
    if (own) {
      lines.add(ownCalibration(part, pruned, file, denseFile).toString());
    }
    prune.add("--calibration", file);
    if (apart) {
      prune.add("--allocation-calibration", denseFile);
    }
    return lines;
  }

  /** A calibration while layers are pruned. */
  private ShellLine ownCalibration(
      StudyPart part, PrunedPart pruned, String file, String denseFile) {
    Recipe recipe = pruned.recipe();
    ShellLine line = calibrate(part, recipe.need(), file);
    if (recipe.packages().isPresent()) {
      line.add("--packages", Integer.toString(recipe.packages().getAsInt()));
      line.add("--package-method", recipe.methodName());
    } else {
      line.add("--sequential", recipe.methodName());
    }
    line.add("--sparsity", pruned.sparsity().toString());
    addRecipe(line, recipe);
    if (allocationNeeds(recipe)) {
      line.add("--allocation-calibration", denseFile);
    }
    return line;
  }

  private static void addSelection(ShellLine line, Recipe recipe) {
    if (!recipe.selectionText().equals("paper")) {
      line.add("--select", recipe.selectionText());
    }
  }

  private ShellLine calibrate(StudyPart part, StatisticsNeed need, String file) {
    CalibrationPlan calibration = plan.calibration();
    ShellLine line = begin("calibrate");
    line.add("--component", part.key());
    line.add("--out", file);
    calibration.captions().ifPresent(captions -> line.add("--captions", captions.toString()));
    line.add("--limit", Integer.toString(calibration.limit()));
    line.add("--gather", Spelling.of(need));
    if (part == StudyPart.UNET) {
      addSampling(line, plan.sampling(), calibration.steps());
    }
    return line;
  }

  private static void addSampling(ShellLine line, Sampling sampling, int steps) {
    line.add("--steps", Integer.toString(steps));
    line.add("--guidance", Double.toString(sampling.guidance()));
    if (sampling.width().isPresent() && sampling.height().isPresent()) {
      line.add("--size", sampling.width().getAsInt() + "x" + sampling.height().getAsInt());
    }
    sampling
        .scheduler()
        .ifPresent(kind -> line.add("--scheduler", SchedulerKindConverter.of(kind)));
  }

  private ShellLine begin(String command) {
    ShellLine line = new ShellLine(command, source.toString());
    variant.ifPresent(name -> line.add("--variant", name));
    return line;
  }

  static Configuration of(StudyPart part, Recipe recipe, Sparsity sparsity) {
    Optional<PrunedPart> pruned = Optional.of(new PrunedPart(recipe, sparsity));
    return part == StudyPart.TEXT
        ? new Configuration(pruned, Optional.empty())
        : new Configuration(Optional.empty(), pruned);
  }
}
