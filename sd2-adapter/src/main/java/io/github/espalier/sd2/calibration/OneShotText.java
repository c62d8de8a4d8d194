package io.github.espalier.sd2.calibration;

import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.clip.ClipTextEncoder;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Parameters;
import java.io.IOException;
import java.util.List;

/** Runs the dense text encoder over captions once. */
final class OneShotText implements CalibrationRun.Stages {
  private final Compute compute;
  private final TextBatches batches;
  private final Parameters parameters;
  private final ClipTextEncoder encoder;
  private final List<InputGroup> groups;

  private OneShotText(
      Compute compute,
      TextBatches batches,
      Parameters parameters,
      ClipTextEncoder encoder,
      List<InputGroup> groups) {
    this.compute = compute;
    this.batches = batches;
    this.parameters = parameters;
    this.encoder = encoder;
    this.groups = groups;
  }

  static OneShotText open(
      Sd2Checkpoint checkpoint,
      Compute compute,
      TextBatches batches,
      WantedLayers wanted,
      CalibrationListener listener)
      throws IOException {
    Parameters parameters = new Parameters(checkpoint, Sd2Checkpoint.TEXT_ENCODER);
    try {
      ClipTextEncoder encoder = ClipTextEncoder.load(checkpoint.config().textEncoder(), parameters);
      LayerTrace trace = new LayerTrace(wanted.byName(), null);
      Compute tapped = compute.withTap(trace);
      compute.release(encoder.forward(tapped, List.of(new int[1])));
      wanted.report(trace.groups(), listener);
      return new OneShotText(compute, batches, parameters, encoder, trace.groups());
    } catch (IOException | RuntimeException | Error e) {
      parameters.close();
      throw e;
    }
  }

  @Override
  public int count() {
    return 1;
  }

  @Override
  public List<InputGroup> groups(int stage) {
    return groups;
  }

  @Override
  public void gather(int stage, int from, int to, SumCollector sums) {
    Compute tapped = compute.withTap(sums);
    for (TextBatches.Batch batch : batches.between(from, to)) {
      sums.choose(batch);
      compute.release(encoder.forward(tapped, batch.ids()));
    }
  }

  @Override
  public void advance(int stage, StatisticsFile statistics) {
    throw new IllegalStateException("there is nothing after the only stage");
  }

  @Override
  public void close() {
    parameters.close();
  }
}
