package io.github.espalier.examples.study.run;

import com.google.common.io.Closer;
import io.github.espalier.core.model.InMemoryModel;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.prune.Pruner;
import io.github.espalier.core.prune.PruningPlan;
import io.github.espalier.core.report.PruningReport;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.PrunedPart;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.util.Optional;

/** Prunes a checkpoint into memory as a configuration says. */
record ModelPruning(
    Sd2Checkpoint checkpoint, Calibrations calibrations, int threads, Cancellation cancellation) {
  PruningReport prune(Configuration configuration, InMemoryModel target) throws IOException {
    try (Closer closer = Closer.create()) {
      PruningPlan.Builder plan = PruningPlan.builder();
      for (StudyPart part : StudyPart.values()) {
        Optional<PrunedPart> pruned = configuration.part(part);
        if (pruned.isPresent()) {
          plan.add(calibrations.step(part, pruned.get(), closer));
        }
      }
      return Pruner.create()
          .withThreads(threads)
          .withCancellation(cancellation)
          .withOutputErrors(true)
          .prune(target, plan.build(), checkpoint.source());
    }
  }
}
