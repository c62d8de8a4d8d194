package io.github.espalier.sd2.calibration;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.sd2.nn.Compute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Runs a calibration stage by stage, saving what it has on the way. */
final class CalibrationRun {
  /** What is run. Stages come in order; some may be passed over if they were run before. */
  interface Stages extends AutoCloseable {
    int count();

    /** The groups whose inputs a stage gathers. */
    List<InputGroup> groups(int stage);

    /** Runs some captions, from and up to, exclusive, with the collector as tap. */
    void gather(int stage, int from, int to, SumCollector sums) throws IOException;

    /** Uses a stage's statistics, if there are stages after it. */
    void advance(int stage, StatisticsFile statistics) throws IOException;

    /** Frees the networks. */
    @Override
    void close();
  }

  /** Before anything is chosen, nothing may be added. */
  private static final SumCollector.Choice NOTHING =
      new SumCollector.Choice() {
        @Override
        public int rows(InputGroup group, int sample, int all) {
          return 0;
        }

        @Override
        public double weight(InputGroup group) {
          return 1;
        }

        @Override
        public String caption(int sample) {
          return "no caption";
        }
      };

  private final Compute compute;
  private final CalibrationSettings settings;
  private final CalibrationFingerprint fingerprint;
  private final CalibrationListener listener;

  CalibrationRun(
      Compute compute,
      CalibrationSettings settings,
      CalibrationFingerprint fingerprint,
      CalibrationListener listener) {
    this.compute = compute;
    this.settings = settings;
    this.fingerprint = fingerprint;
    this.listener = listener;
  }

  /** Makes the stages once it is known that the target can be written. */
  @FunctionalInterface
  interface Start {
    Stages open() throws IOException;
  }

  void run(Start start, Path target, boolean overwrite) throws IOException {
    PartialState state = new PartialState(target, fingerprint, settings.need());
    try (StagedOutput output = StagedOutput.file(target, overwrite)) {
      state.requireOwn();
      int count = runOrForget(start, state);
      compute.check();
      state.join(count, output.staging());
      output.commit(true);
    }
    state.delete();
  }

  /** What fails for the weights or the captions fails again, so nothing is kept to go on from. */
  private int runOrForget(Start start, PartialState state) throws IOException {
    try {
      return runStages(start, state);
    } catch (PruningException e) {
      try {
        state.delete();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private int runStages(Start start, PartialState state) throws IOException {
    try (Stages stages = start.open()) {
      for (int stage = 0; stage < stages.count(); stage++) {
        if (!state.isComplete(stage)) {
          gather(stages, stage, state);
        }
        if (stage + 1 < stages.count()) {
          try (StatisticsFile statistics = state.open(stage)) {
            stages.advance(stage, statistics);
          }
        }
      }
      return stages.count();
    }
  }

  private void gather(Stages stages, int stage, PartialState state) throws IOException {
    List<InputGroup> groups = stages.groups(stage);
    int captions = fingerprint.captionCount();
    try (SumCollector sums = new SumCollector(groups, settings.need(), compute, NOTHING)) {
      int done = state.restore(stage, groups, sums);
      while (done < captions && !groups.isEmpty()) {
        int each = settings.saveEvery();
        int next = Math.min(captions, (done / each + 1) * each);
        stages.gather(stage, done, next, sums);
        done = next;
        compute.check();
        if (done < captions) {
          state.save(stage, done, groups, sums);
        }
        listener.progress(stage, stages.count(), done, captions);
      }
      state.complete(stage, groups, sums);
    }
  }
}
