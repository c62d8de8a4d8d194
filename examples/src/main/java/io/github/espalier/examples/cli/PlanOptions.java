package io.github.espalier.examples.cli;

import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.mask.MaskSet;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerSelection;
import io.github.espalier.core.prune.PruningPlan;
import io.github.espalier.core.prune.PruningStep;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.methods.saved.SavedMasks;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.checkpoint.Sd2Selections;
import io.github.espalier.sd2.masks.MaskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options that say what is pruned, and how. */
@SuppressWarnings("NullAway.Init")
final class PlanOptions {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--text",
      paramLabel = "SPARSITY",
      description = "Share of the text encoder's selected weights to prune, such as 47.5%%.")
  Optional<Sparsity> text = Optional.empty();

  @Option(
      names = "--unet",
      paramLabel = "SPARSITY",
      description = "Share of the U-Net's selected weights to prune, such as 35%%.")
  Optional<Sparsity> unet = Optional.empty();

  @Option(
      names = "--vae",
      paramLabel = "SPARSITY",
      description = "Share of the VAE's selected weights to prune.")
  Optional<Sparsity> vae = Optional.empty();

  @Option(
      names = "--masks",
      paramLabel = "FILE",
      description = "Prune by saved masks, as --mask-out writes them, instead.")
  Optional<Path> masks = Optional.empty();

  @Option(
      names = "--method",
      paramLabel = "NAME",
      defaultValue = "magnitude",
      description =
          "How weights are chosen: one of those that 'espalier methods' lists"
              + " (default: ${DEFAULT-VALUE}).")
  String method;

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

  @Mixin MethodOptions methodOptions;

  @Mixin SelectOption select;

  @Mixin AllocationOptions allocation;

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description =
          "Statistics that 'espalier calibrate' wrote, for methods and allocations that need them;"
              + " may be repeated, for several components.")
  List<Path> calibration = new ArrayList<>();

  /** Opens the statistics that a plan for this checkpoint reads, to be closed after the plan. */
  PlanCalibration openCalibration(Sd2Checkpoint checkpoint) throws IOException {
    CalibrationFiles layers = CalibrationFiles.open(calibration, checkpoint);
    try {
      return new PlanCalibration(layers, allocation.openCalibration(checkpoint));
    } catch (IOException | RuntimeException | Error e) {
      layers.close();
      throw e;
    }
  }

  /** Makes the plan; everything that is wrong with the options themselves is a usage error. */
  PruningPlan plan(Sd2Checkpoint checkpoint, PlanCalibration files) throws IOException {
    if (masks.isPresent()) {
      return maskPlan(checkpoint, masks.get(), files.statistics());
    }
    PruningPlan plan = sparsityPlan(files);
    plan.steps().forEach(step -> requireLayers(checkpoint, step));
    return plan;
  }

  private PruningPlan sparsityPlan(PlanCalibration files) {
    try {
      PruningPlan.Builder plan = PruningPlan.builder();
      step(Sd2Checkpoint.TEXT_ENCODER, text, textMethod, files).ifPresent(plan::add);
      step(Sd2Checkpoint.UNET, unet, unetMethod, files).ifPresent(plan::add);
      step(Sd2Checkpoint.VAE, vae, Optional.empty(), files).ifPresent(plan::add);
      return plan.build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), Spelling.ofRules(String.valueOf(e.getMessage())), e);
    }
  }

  /** A selection that finds nothing may be a misspelt keyword, of which the library cannot know. */
  private void requireLayers(Sd2Checkpoint checkpoint, PruningStep step) {
    List<Layer> candidates =
        checkpoint.layers().stream()
            .filter(layer -> layer.component().equals(step.component()))
            .toList();
    try {
      step.selection().selectFrom(candidates);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "component "
              + step.component()
              + ": "
              + e.getMessage()
              + "; --select also takes "
              + String.join(", ", Sd2Selections.names()),
          e);
    }
  }

  /** Checks what can be checked before any file is opened. */
  void requireSomething() {
    boolean sparsities = text.isPresent() || unet.isPresent() || vae.isPresent();
    if (sparsities && masks.isPresent()) {
      throw usage("--masks says what is pruned, so --text, --unet and --vae cannot");
    }
    if (!sparsities && masks.isEmpty()) {
      throw usage("nothing to prune: give at least one of --text, --unet, --vae, --masks");
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Optional<PruningStep> step(
      Component component,
      Optional<Sparsity> sparsity,
      Optional<String> methodName,
      PlanCalibration files) {
    if (sparsity.isEmpty()) {
      return Optional.empty();
    }
    PruningMethod chosen = methodOptions.method(methodName.orElse(method));
    return sparsity.map(
        share ->
            new PruningStep(
                component,
                chosen,
                Optional.of(share),
                select.layers,
                methodOptions.pattern(chosen),
                allocation.parsed(files.allocation()),
                files.statistics()));
  }

  private static PruningPlan maskPlan(
      Sd2Checkpoint checkpoint, Path file, LayerStatistics statistics) throws IOException {
    MaskSet masks = MaskFile.read(file);
    Map<Component, LayerSelection> selections = MaskedLayers.of(checkpoint, file, masks);
    PruningPlan.Builder plan = PruningPlan.builder();
    selections.forEach(
        (component, layers) ->
            plan.add(
                PruningStep.ofMasks(component, new SavedMasks(masks), layers)
                    .withCalibration(statistics)));
    return plan.build();
  }
}
