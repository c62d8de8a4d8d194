package io.github.espalier.examples.cli;

import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.method.PruningMethods;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that say how a method chooses weights, whatever the order of a convolution's weights. */
final class MethodSettings {
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

  /** Returns the settings with the rule. */
  Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>(options);
    rule.ifPresent(chosen -> all.put("rule", chosen));
    return all;
  }

  /**
   * Finds a method and changes its settings.
   *
   * @throws IllegalArgumentException if there is no such method, or it has no such setting
   */
  PruningMethod method(String name) {
    PruningMethod chosen = PruningMethods.named(name);
    for (Map.Entry<String, String> option : all().entrySet()) {
      chosen = chosen.with(option.getKey(), option.getValue());
    }
    return chosen;
  }
}
