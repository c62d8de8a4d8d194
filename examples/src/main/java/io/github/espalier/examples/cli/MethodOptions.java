package io.github.espalier.examples.cli;

import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.ConvolutionLayout;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.sparsity.SparsityPattern.IncompleteGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say how a method chooses weights. */
@SuppressWarnings("NullAway.Init")
final class MethodOptions {
  @Mixin MethodSettings settings;

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
    return settings.method(name);
  }

  /**
   * Reads the pattern.
   *
   * @throws IllegalArgumentException if there is no such pattern
   */
  SparsityPattern pattern(PruningMethod chosen) {
    if (settings.pattern.isEmpty()) {
      return chosen.defaultPattern();
    }
    SparsityPattern parsed = SparsityPattern.parse(settings.pattern.get());
    if (parsed instanceof Grouped grouped) {
      return grouped
          .with(convolutionLayout)
          .with(skipIncomplete ? IncompleteGroup.SKIP_LAYER : IncompleteGroup.REFUSE);
    }
    return parsed;
  }
}
