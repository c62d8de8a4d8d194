package io.github.espalier.sd2.calibration;

import io.github.espalier.core.method.InputMemo;
import io.github.espalier.core.model.InMemoryModel;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.clip.ClipTextEncoder;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.Parameters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the text encoder block by block over the states of all captions: each block dense to gather,
 * then pruned to go on. A stage is a block.
 */
final class SequentialTextStages implements CalibrationRun.Stages {
  private final Sd2Checkpoint checkpoint;
  private final Compute compute;
  private final TextBatches batches;
  private final InMemoryPruning pruning;
  private final CalibrationListener listener;
  private final Parameters parameters;
  private final TensorScope scope = new TensorScope();
  private final List<FeatureMap> states = new ArrayList<>();
  private final List<List<InputGroup>> groups = new ArrayList<>();
  private final ClipTextEncoder encoder;

  @SuppressWarnings("NullAway.Init") // NullAway does not see that a failure leaves by an exception.
  private SequentialTextStages(
      Sd2Checkpoint checkpoint,
      Compute compute,
      TextBatches batches,
      InMemoryPruning pruning,
      CalibrationListener listener)
      throws IOException {
    this.checkpoint = checkpoint;
    this.compute = compute;
    this.batches = batches;
    this.pruning = pruning;
    this.listener = listener;
    parameters = new Parameters(checkpoint, Sd2Checkpoint.TEXT_ENCODER);
    try {
      encoder = ClipTextEncoder.load(checkpoint.config().textEncoder(), parameters);
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  static SequentialTextStages open(
      Sd2Checkpoint checkpoint,
      Compute compute,
      TextBatches batches,
      WantedLayers wanted,
      InMemoryPruning pruning,
      CalibrationListener listener)
      throws IOException {
    SequentialTextStages stages =
        new SequentialTextStages(checkpoint, compute, batches, pruning, listener);
    try {
      stages.trace(wanted);
      stages.embed();
      return stages;
    } catch (RuntimeException | Error e) {
      stages.close();
      throw e;
    }
  }

  private void trace(WantedLayers wanted) {
    FeatureMap token = encoder.embed(compute, List.of(new int[1]));
    for (int i = 0; i < encoder.config().numHiddenLayers(); i++) {
      LayerTrace trace = new LayerTrace(wanted.byName(), null);
      encoder.applyBlock(compute.withTap(trace), i, token);
      groups.add(trace.groups());
    }
    compute.release(token.values());
    wanted.report(groups.stream().flatMap(List::stream).toList(), listener);
  }

  private void embed() {
    for (TextBatches.Batch batch : batches.all()) {
      FeatureMap embedded = encoder.embed(compute, batch.ids());
      FloatMatrix kept = FloatMatrix.of(scope.zeros(embedded.values().rows(), embedded.channels()));
      kept.copyAll(embedded.values());
      states.add(embedded.with(kept));
      compute.release(embedded.values());
    }
  }

  @Override
  public int count() {
    return groups.size();
  }

  @Override
  public List<InputGroup> groups(int stage) {
    return groups.get(stage);
  }

  @Override
  public void gather(int stage, int from, int to, SumCollector sums) {
    Compute tapped = compute.withTap(sums);
    for (TextBatches.Batch batch : batches.between(from, to)) {
      sums.choose(batch);
      FeatureMap before = states.get(batches.all().indexOf(batch));
      FloatMatrix values = compute.take(before.values().rows(), before.channels());
      values.copyAll(before.values());
      encoder.applyBlock(tapped, stage, before.with(values));
      compute.release(values);
    }
  }

  @Override
  public void advance(int stage, StatisticsFile statistics) throws IOException {
    try (InMemoryModel model = InMemoryModel.of(checkpoint)) {
      for (InputGroup group : groups.get(stage)) {
        prune(group, statistics, model);
      }
      try (Parameters pruned = new Parameters(model, Sd2Checkpoint.TEXT_ENCODER)) {
        ClipTextEncoder changed = encoder.withBlock(stage, pruned);
        for (FeatureMap each : states) {
          changed.applyBlock(compute, stage, each);
        }
      }
    }
  }

  private void prune(InputGroup group, StatisticsFile statistics, InMemoryModel model)
      throws IOException {
    try (TensorScope scope = new TensorScope()) {
      InputMemo memo = InputMemo.in(scope);
      for (Layer layer : group.layers()) {
        compute.check();
        model.put(layer, pruning.prune(checkpoint, layer, statistics, memo));
        listener.layerPruned(layer);
      }
    }
  }

  @Override
  public void close() {
    scope.close();
    parameters.close();
  }
}
