package io.github.espalier.sd2.calibration;

import io.github.espalier.core.method.InputMemo;
import io.github.espalier.core.model.InMemoryModel;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.clip.ClipTextEncoder;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.Parameters;
import io.github.espalier.sd2.pipeline.GuidedSampling;
import io.github.espalier.sd2.pipeline.ImageRequest;
import io.github.espalier.sd2.scheduler.SchedulerConfig;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import io.github.espalier.sd2.unet.Unet;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes images of captions, without decoding them, while a package of the U-Net's layers is looked
 * at; those of the packages before are pruned. A stage is a package.
 */
final class UnetStages implements CalibrationRun.Stages {
  /** Pixels of the latents that the layers' order is found with: the smallest that halve thrice. */
  private static final int SMALL = 8;

  /** What a calibration is given. */
  record Task(
      Sd2Checkpoint checkpoint,
      ClipTokenizer tokenizer,
      SchedulerConfig scheduler,
      CalibrationSettings settings,
      UnetSettings sampling,
      int packages,
      @Nullable InMemoryPruning pruning) {}

  private final Task task;
  private final Compute compute;
  private final Captions captions;
  private final CalibrationListener listener;
  private final InMemoryModel model;
  private final Parameters textParameters;
  private final ClipTextEncoder textEncoder;
  private final List<List<InputGroup>> packages;
  private Parameters parameters;
  private Unet unet;
  private boolean stale;

  @SuppressWarnings("NullAway.Init") // NullAway does not see that a failure leaves by an exception.
  UnetStages(
      Task task,
      Compute compute,
      Captions captions,
      WantedLayers wanted,
      CalibrationListener listener)
      throws IOException {
    this.task = task;
    this.compute = compute;
    this.captions = captions;
    this.listener = listener;
    this.model = InMemoryModel.of(task.checkpoint());
    this.textParameters = new Parameters(task.checkpoint(), Sd2Checkpoint.TEXT_ENCODER);
    this.parameters = new Parameters(model, Sd2Checkpoint.UNET);
    try {
      textEncoder = ClipTextEncoder.load(config().textEncoder(), textParameters);
      unet = Unet.load(config().unet(), parameters);
      sampling();
      List<InputGroup> groups = trace(wanted);
      wanted.report(groups, listener);
      packages = Packages.cut(groups, task.packages(), task.settings().need());
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private ModelConfig config() {
    return task.checkpoint().config();
  }

  private GuidedSampling sampling() {
    return GuidedSampling.of(
        config(),
        textEncoder,
        unet,
        task.tokenizer(),
        task.sampling().generation(),
        task.scheduler());
  }

  private List<InputGroup> trace(WantedLayers wanted) {
    FloatMatrix context = compute.take(1, config().unet().crossAttentionDim());
    context.put(0, 0, new float[context.columns()], 0, context.columns());
    int channels = config().unet().inChannels();
    FloatMatrix latents = compute.take(SMALL * SMALL, channels);
    for (int i = 0; i < latents.rows(); i++) {
      latents.put(i, 0, new float[channels], 0, channels);
    }
    LayerTrace trace = new LayerTrace(wanted.byName(), context);
    FeatureMap map = new FeatureMap(latents, 1, SMALL, SMALL);
    compute.release(unet.forward(compute.withTap(trace), map, 0, context).values());
    compute.release(latents);
    compute.release(context);
    return trace.groups();
  }

  @Override
  public int count() {
    return packages.size();
  }

  @Override
  public List<InputGroup> groups(int stage) {
    return packages.get(stage);
  }

  @Override
  public void gather(int stage, int from, int to, SumCollector sums) throws IOException {
    reload();
    GuidedSampling sampling = sampling();
    UnetSettings settings = task.sampling();
    for (int i = from; i < to; i++) {
      SamplingGate gate =
          new SamplingGate(settings, captions, sampling.isGuided(), sampling.calls(), i, sums);
      ImageRequest request =
          new ImageRequest(captions.texts().get(i), settings.negativePrompt(), settings.seed() + i);
      sampling.run(compute.withTap(gate), request, gate);
      if (i + 1 < to) {
        listener.progress(stage, count(), i + 1, captions.texts().size());
      }
    }
  }

  /** Reads the U-Net anew once layers were pruned, when it is first needed. */
  private void reload() throws IOException {
    if (stale) {
      parameters.close();
      parameters = new Parameters(model, Sd2Checkpoint.UNET);
      unet = Unet.load(config().unet(), parameters);
      stale = false;
    }
  }

  @Override
  public void advance(int stage, StatisticsFile statistics) throws IOException {
    InMemoryPruning pruning = task.pruning();
    if (pruning == null) {
      throw new IllegalStateException("packages need a pruning");
    }
    for (InputGroup group : packages.get(stage)) {
      try (TensorScope scope = new TensorScope()) {
        InputMemo memo = InputMemo.in(scope);
        for (Layer layer : group.layers()) {
          compute.check();
          model.put(layer, pruning.prune(task.checkpoint(), layer, statistics, memo));
          listener.layerPruned(layer);
        }
      }
    }
    stale = true;
  }

  @Override
  public void close() {
    parameters.close();
    textParameters.close();
    model.close();
  }
}
