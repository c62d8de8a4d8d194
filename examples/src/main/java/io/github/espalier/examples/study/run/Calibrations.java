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
 * once, and shared by all configurations; sequential ones are of one configuration. For one thread.
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
    StatisticsNeed need = need(part, recipe);
    LayerStatistics known =
        need == StatisticsNeed.NONE ? LayerStatistics.NONE : dense(part, recipe, need);
    SparsityAllocation allocation = recipe.allocation();
    if (allocation.needs() != StatisticsNeed.NONE) {
      allocation = allocation.on(known);
    }
    if (recipe.sequential()) {
      known = sequential(pruned, need, allocation, closing);
    }
    return PruningStep.of(part.component(), recipe.method(), pruned.sparsity())
        .withSelection(recipe.selection())
        .withPattern(recipe.pattern())
        .withAllocation(allocation)
        .withCalibration(known);
  }

  /**
   * The most that any recipe of the plan for the same layers needs, so that one file serves all.
   */
  private StatisticsNeed need(StudyPart part, Recipe recipe) {
    if (plan.calibration().outputErrors()) {
      return StatisticsNeed.GRAM;
    }
    StatisticsNeed most = recipe.need();
    if (most == StatisticsNeed.NONE) {
      return most;
    }
    for (Configuration configuration : plan.configurations()) {
      Optional<Recipe> other = configuration.part(part).map(PrunedPart::recipe);
      if (other.isPresent()
          && other.get().selectionText().equals(recipe.selectionText())
          && other.get().need().compareTo(most) > 0) {
        most = other.get().need();
      }
    }
    return most;
  }

  private LayerStatistics dense(StudyPart part, Recipe recipe, StatisticsNeed need)
      throws IOException {
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

  private LayerStatistics sequential(
      PrunedPart pruned, StatisticsNeed need, SparsityAllocation allocation, Closer closing)
      throws IOException {
    Recipe recipe = pruned.recipe();
    Path file = file("sequential " + pruned);
    if (!Files.exists(file)) {
      InMemoryPruning pruning =
          InMemoryPruning.of(recipe.method(), pruned.sparsity()).withPattern(recipe.pattern());
      if (!(recipe.allocation() instanceof UniformAllocation)) {
        pruning = pruning.withAllocation(allocation, checkpoint, textLayers(recipe));
      }
      run(
          TextCalibration.of(checkpoint)
              .withSettings(settings(recipe, need))
              .withSequentialPruning(pruning),
          file);
    }
    if (!shared) {
      closing.register(() -> Files.deleteIfExists(file));
    }
    StatisticsFile opened = StatisticsFile.open(file, checkpoint);
    closing.register(opened::close);
    return opened;
  }

  private List<Layer> textLayers(Recipe recipe) {
    return recipe
        .selection()
        .selectFrom(
            checkpoint.layers().stream()
                .filter(layer -> layer.component().equals(Sd2Checkpoint.TEXT_ENCODER))
                .toList());
  }

  @Override
  public void close() throws IOException {
    closer.close();
  }
}
