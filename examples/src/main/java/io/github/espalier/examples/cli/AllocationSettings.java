package io.github.espalier.examples.cli;

import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.allocation.SparsityAllocations;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options that say how sparsity is shared out among layers, whatever the statistics. */
@SuppressWarnings("NullAway.Init")
final class AllocationSettings {
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
  Map<String, String> options = new LinkedHashMap<>();

  /**
   * Finds the allocation and changes its settings.
   *
   * @throws IllegalArgumentException if there is no such allocation, or it has no such setting
   */
  SparsityAllocation parsed() {
    SparsityAllocation chosen = SparsityAllocations.named(allocation);
    for (Map.Entry<String, String> option : options.entrySet()) {
      chosen = chosen.with(option.getKey(), option.getValue());
    }
    return chosen;
  }
}
