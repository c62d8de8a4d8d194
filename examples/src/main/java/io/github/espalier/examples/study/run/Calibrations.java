package io.github.espalier.examples.study.run;

import com.google.common.hash.Hashing;
import com.google.common.io.Closer;
import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.allocation.UniformAllocation;
import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.prune.PruningStep;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.PrunedPart;
import io.github.espalier.examples.study.plan.Recipe;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.sd2.calibration.CalibrationListener;
import io.github.espalier.sd2.calibration.CalibrationSettings;
import io.github.espalier.sd2.calibration.Captions;
import io.github.espalier.sd2.calibration.InMemoryPruning;
import io.github.espalier.sd2.calibration.StatisticsFile;
import io.github.espalier.sd2.calibration.TextCalibration;
import io.github.espalier.sd2.calibration.UnetCalibration;
import io.github.espalier.sd2.calibration.UnetSettings;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.pipeline.GenerationSettings;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of the inputs of a checkpoint's layers. Statistics of the dense model are gathered
 * once, and shared by all configurations; those that are gathered while layers are pruned are of
 * one configuration. For one thread.
 */
final class Calibrations implements Closeable {
  private static final int NAME_LENGTH = 12;

  private final Sd2Checkpoint checkpoint;
  private final StudyPlan plan;
  private final GenerationSettings generation;
  private final Captions captions;
  private final Path folder;
  private final Compute compute;
  private final boolean shared;
  private final Map<Path, StatisticsFile> dense = new HashMap<>();
  private final Closer closer = Closer.create();

  Calibrations(
      Sd2Checkpoint checkpoint,
      StudyPlan plan,
      GenerationSettings generation,
      Captions captions,
      Path folder,
      Compute compute) {
    this(checkpoint, plan, generation, captions, folder, compute, false);
  }

  private Calibrations(
      Sd2Checkpoint checkpoint,
      StudyPlan plan,
      GenerationSettings generation,
      Captions captions,
      Path folder,
      Compute compute,
      boolean shared) {
    this.checkpoint = checkpoint;
    this.plan = plan;
    this.generation = generation;
    this.captions = captions;
    this.folder = folder;
    this.compute = compute;
    this.shared = shared;
  }

  /** Leaves all files, which others read too, to whoever made them. */
  Calibrations shared() {
    return new Calibrations(checkpoint, plan, generation, captions, folder, compute, true);
  }

  /**
   * Makes the step that prunes a part.
   *
   * @param closing closes what the step reads, once it is done
   */
  PruningStep step(StudyPart part, PrunedPart pruned, Closer closing) throws IOException {
    Recipe recipe = pruned.recipe();
    SparsityAllocation allocation = recipe.allocation();
    if (allocation.needs() != StatisticsNeed.NONE) {
      allocation = allocation.on(dense(part, recipe));
    }
    LayerStatistics known =
        recipe.calibratesOnItsOwn() ? own(part, pruned, allocation, closing) : dense(part, recipe);
    return PruningStep.of(part.component(), recipe.method(), pruned.sparsity())
        .withSelection(recipe.selection())
        .withPattern(recipe.pattern())
        .withAllocation(allocation)
        .withCalibration(known);
  }

  /** What a recipe needs to know of the dense model. */
  static StatisticsNeed needOfDense(StudyPlan plan, Recipe recipe) {
    if (recipe.calibratesOnItsOwn()) {
      return recipe.allocation().needs();
    }
    return plan.calibration().outputErrors() ? StatisticsNeed.GRAM : recipe.need();
  }

  /**
   * The most that any recipe of the plan for the same layers needs, so that one file serves all.
   */
  private StatisticsNeed need(StudyPart part, Recipe recipe) {
    StatisticsNeed most = needOfDense(plan, recipe);
    if (most == StatisticsNeed.NONE) {
      return most;
    }
    for (Configuration configuration : plan.configurations()) {
      Optional<Recipe> other = configuration.part(part).map(PrunedPart::recipe);
      if (other.isPresent()
          && other.get().selectionText().equals(recipe.selectionText())
          && needOfDense(plan, other.get()).compareTo(most) > 0) {
        most = needOfDense(plan, other.get());
      }
    }
    return most;
  }

  private LayerStatistics dense(StudyPart part, Recipe recipe) throws IOException {
    StatisticsNeed need = need(part, recipe);
    if (need == StatisticsNeed.NONE) {
      return LayerStatistics.NONE;
    }
    Path file = file(part.key() + " " + recipe.selectionText() + " " + need);
    StatisticsFile opened = dense.get(file);
    if (opened == null) {
      if (!Files.exists(file)) {
        CalibrationSettings settings = settings(recipe, need);
        switch (part) {
          case TEXT -> run(TextCalibration.of(checkpoint).withSettings(settings), file);
          case UNET -> run(unet().withSettings(settings), file);
        }
      }
      opened = StatisticsFile.open(file, checkpoint);
      closer.register(opened::close);
      dense.put(file, opened);
    }
    return opened;
  }

  /**
   * Named by all that statistics depend on, but for the checkpoint, which the file itself names.
   */
  private Path file(String what) {
    String key = what + "\n" + plan.calibration().steps() + "\n" + generation + "\n" + captions;
    String hash = Hashing.sha256().hashString(key, StandardCharsets.UTF_8).toString();
    return folder.resolve(hash.substring(0, NAME_LENGTH) + ".statistics.safetensors");
  }

  private static CalibrationSettings settings(Recipe recipe, StatisticsNeed need) {
    return CalibrationSettings.withDefaults().withNeed(need).withSelection(recipe.selection());
  }

  private UnetCalibration unet() throws IOException {
    return UnetCalibration.of(checkpoint)
        .withSampling(
            UnetSettings.withDefaults()
                .withGeneration(generation.withSteps(plan.calibration().steps())));
  }

  private void run(TextCalibration calibration, Path file) throws IOException {
    calibration.run(compute, captions, file, false, new CalibrationListener() {});
  }

  private void run(UnetCalibration calibration, Path file) throws IOException {
    calibration.run(compute, captions, file, false, new CalibrationListener() {});
  }

  /** Statistics that are gathered while the configuration's own layers are pruned. */
  private LayerStatistics own(
      StudyPart part, PrunedPart pruned, SparsityAllocation allocation, Closer closing)
      throws IOException {
    Recipe recipe = pruned.recipe();
    Path file = file("own " + part.key() + " " + pruned);
    if (!Files.exists(file)) {
      CalibrationSettings settings =
          settings(recipe, plan.calibration().outputErrors() ? StatisticsNeed.GRAM : recipe.need());
      InMemoryPruning pruning = pruning(part, pruned, allocation);
      switch (part) {
        case TEXT ->
            run(
                TextCalibration.of(checkpoint)
                    .withSettings(settings)
                    .withSequentialPruning(pruning),
                file);
        case UNET ->
            run(
                unet()
                    .withSettings(settings)
                    .withPackages(recipe.packages().orElseThrow(), pruning),
                file);
      }
    }
    if (!shared) {
      closing.register(() -> Files.deleteIfExists(file));
    }
    StatisticsFile opened = StatisticsFile.open(file, checkpoint);
    closing.register(opened::close);
    return opened;
  }

  private InMemoryPruning pruning(StudyPart part, PrunedPart pruned, SparsityAllocation allocation)
      throws IOException {
    Recipe recipe = pruned.recipe();
    InMemoryPruning pruning =
        InMemoryPruning.of(recipe.method(), pruned.sparsity()).withPattern(recipe.pattern());
    return recipe.allocation() instanceof UniformAllocation
        ? pruning
        : pruning.withAllocation(allocation, checkpoint, layers(part, recipe));
  }

  private List<Layer> layers(StudyPart part, Recipe recipe) {
    return recipe
        .selection()
        .selectFrom(
            checkpoint.layers().stream()
                .filter(layer -> layer.component().equals(part.component()))
                .toList());
  }

  @Override
  public void close() throws IOException {
    closer.close();
  }
}
