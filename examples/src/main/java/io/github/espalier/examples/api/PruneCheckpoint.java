package io.github.espalier.examples.api;

import static io.github.espalier.sd2.checkpoint.Sd2Checkpoint.TEXT_ENCODER;
import static io.github.espalier.sd2.checkpoint.Sd2Checkpoint.UNET;

import io.github.espalier.core.prune.Pruner;
import io.github.espalier.core.prune.PruningPlan;
import io.github.espalier.core.report.PruningReport;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.methods.magnitude.Magnitude;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.file.Path;

/** Prunes a checkpoint as the paper recommends, and prints what was done. */
final class PruneCheckpoint {
  private PruneCheckpoint() {}

  public static void main(String[] args) throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(Path.of(args[0]))) {
      PruningPlan plan =
          PruningPlan.builder()
              .prune(TEXT_ENCODER, Magnitude.withDefaults(), Sparsity.of(0.475))
              .prune(UNET, Magnitude.withDefaults(), Sparsity.of(0.35))
              .build();
      PruningReport report = Pruner.create().prune(checkpoint, plan, Path.of(args[1]));
      System.out.println(report.summary());
    }
  }
}
