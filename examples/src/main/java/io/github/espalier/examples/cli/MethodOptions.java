package io.github.espalier.examples.cli;

import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.method.PruningMethods;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.ConvolutionLayout;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.sparsity.SparsityPattern.IncompleteGroup;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that say how a method chooses weights. */
@SuppressWarnings("NullAway.Init")
final class MethodOptions {
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
              + " (sd2-pruning, wanda, torch-prune; reference for sparsegpt and obs-diff)."
              + " Short for --option rule=RULE.")
  Optional<String> rule = Optional.empty();

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

  /**
   * Finds a method and changes its settings.
   *
   * @throws IllegalArgumentException if there is no such method, or it has no such setting
   */
  PruningMethod method(String name) {
    PruningMethod chosen = PruningMethods.named(name);
    for (Map.Entry<String, String> option : options.entrySet()) {
      chosen = chosen.with(option.getKey(), option.getValue());
    }
    return rule.isPresent() ? chosen.with("rule", rule.get()) : chosen;
  }

  /**
   * Reads the pattern.
   *
   * @throws IllegalArgumentException if there is no such pattern
   */
  SparsityPattern pattern(PruningMethod chosen) {
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
}
