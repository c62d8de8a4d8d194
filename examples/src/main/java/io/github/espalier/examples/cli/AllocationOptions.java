package io.github.espalier.examples.cli;

import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.model.PrunableModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say how sparsity is shared out among layers. */
@SuppressWarnings("NullAway.Init")
final class AllocationOptions {
  @Mixin AllocationSettings settings;

  @Option(
      names = "--allocation-calibration",
      paramLabel = "FILE",
      description =
          "Statistics that the allocation reads, such as those of the dense model when the layers"
              + " are pruned from sequential ones; may be repeated, for several components.")
  List<Path> calibration = new ArrayList<>();

  /** Opens the statistics of the allocation's own, to be closed after it. */
  CalibrationFiles openCalibration(PrunableModel model) throws IOException {
    return CalibrationFiles.open(calibration, model);
  }

  /**
   * Finds the allocation and changes its settings.
   *
   * @param own statistics of its own
   * @throws IllegalArgumentException if there is no such allocation, or it has no such setting
   */
  SparsityAllocation parsed(CalibrationFiles own) {
    SparsityAllocation chosen = settings.parsed();
    return calibration.isEmpty() ? chosen : chosen.on(own.statistics());
  }
}
