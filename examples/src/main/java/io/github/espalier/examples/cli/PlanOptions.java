package io.github.espalier.examples.cli;

import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.allocation.SparsityAllocations;
import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.mask.MaskSet;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.method.PruningMethods;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerSelection;
import io.github.espalier.core.prune.PruningPlan;
import io.github.espalier.core.prune.PruningStep;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.ConvolutionLayout;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.sparsity.SparsityPattern.IncompleteGroup;
import io.github.espalier.methods.saved.SavedMasks;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.checkpoint.Sd2Selections;
import io.github.espalier.sd2.masks.MaskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

  @Option(
      names = "--option",
      paramLabel = "KEY=VALUE",
      description = "A setting of the methods; may be repeated.")
  Map<String, String> options = new LinkedHashMap<>();

  @Option(
      names = "--rule",
      paramLabel = "RULE",
      description =
          "How a sparsity becomes a count, and what happens to ties: exact, or a published rule"
              + " (sd2-pruning, wanda, torch-prune). Short for --option rule=RULE.")
  Optional<String> rule = Optional.empty();

  @Mixin SelectOption select;

  @Option(
      names = "--pattern",
      paramLabel = "PATTERN",
      description =
          "Where zeros may fall: layer (the same share of each layer), row (of each output),"
              + " global (of all layers together), 2:4, 4:8, or such as 3-zeros-of-4"
              + " (default: the method's own, row for wanda and layer for the others).")
  Optional<String> pattern = Optional.empty();

  @Option(
      names = "--conv-layout",
      paramLabel = "LAYOUT",
      defaultValue = "input-channels",
      description =
          "Order of a convolution's weights in patterns with groups: input-channels (at a fixed"
              + " kernel position) or flattened (default: ${DEFAULT-VALUE}).")
  ConvolutionLayout convolutionLayout;

  @Option(
      names = "--skip-incomplete",
      description = "Leave layers alone that groups do not fill, instead of failing.")
  boolean skipIncomplete;

  @Option(
      names = "--allocation",
      paramLabel = "NAME",
      defaultValue = "uniform",
      description =
          "How sparsity is shared out among layers: one of those that 'espalier methods' lists"
              + " (default: ${DEFAULT-VALUE}).")
  String allocation;

  @Option(
      names = "--allocation-option",
      paramLabel = "KEY=VALUE",
      description = "A setting of the allocation, such as lambda=0.1; may be repeated.")
  Map<String, String> allocationOptions = new LinkedHashMap<>();

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description =
          "Statistics that 'espalier calibrate' wrote, for methods and allocations that need them;"
              + " may be repeated, for several components.")
  List<Path> calibration = new ArrayList<>();

  /** Opens the statistics that a plan for this checkpoint reads, to be closed after the plan. */
  CalibrationFiles openCalibration(Sd2Checkpoint checkpoint) throws IOException {
    return CalibrationFiles.open(calibration, checkpoint);
  }

  /** Makes the plan; everything that is wrong with the options themselves is a usage error. */
  PruningPlan plan(Sd2Checkpoint checkpoint, LayerStatistics statistics) throws IOException {
    if (masks.isPresent()) {
      return maskPlan(checkpoint, masks.get(), statistics);
    }
    PruningPlan plan = sparsityPlan(statistics);
    plan.steps().forEach(step -> requireLayers(checkpoint, step));
    return plan;
  }

  private PruningPlan sparsityPlan(LayerStatistics statistics) {
    try {
      PruningPlan.Builder plan = PruningPlan.builder();
      step(Sd2Checkpoint.TEXT_ENCODER, text, textMethod, statistics).ifPresent(plan::add);
      step(Sd2Checkpoint.UNET, unet, unetMethod, statistics).ifPresent(plan::add);
      step(Sd2Checkpoint.VAE, vae, Optional.empty(), statistics).ifPresent(plan::add);
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
      LayerStatistics statistics) {
    if (sparsity.isEmpty()) {
      return Optional.empty();
    }
    PruningMethod chosen = method(methodName.orElse(method));
    return sparsity.map(
        share ->
            new PruningStep(
                component,
                chosen,
                Optional.of(share),
                select.layers,
                parsedPattern(chosen),
                parsedAllocation(),
                statistics));
  }

  private PruningMethod method(String name) {
    PruningMethod chosen = PruningMethods.named(name);
    for (Map.Entry<String, String> option : options.entrySet()) {
      chosen = chosen.with(option.getKey(), option.getValue());
    }
    return rule.isPresent() ? chosen.with("rule", rule.get()) : chosen;
  }

  private SparsityPattern parsedPattern(PruningMethod chosen) {
    if (pattern.isEmpty()) {
      return chosen.defaultPattern();
    }
    SparsityPattern parsed = SparsityPattern.parse(pattern.get());
    if (parsed instanceof Grouped grouped) {
      return grouped
          .with(convolutionLayout)
          .with(skipIncomplete ? IncompleteGroup.SKIP_LAYER : IncompleteGroup.REFUSE);
    }
    return parsed;
  }

  private SparsityAllocation parsedAllocation() {
    SparsityAllocation chosen = SparsityAllocations.named(allocation);
    for (Map.Entry<String, String> option : allocationOptions.entrySet()) {
      chosen = chosen.with(option.getKey(), option.getValue());
    }
    return chosen;
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
