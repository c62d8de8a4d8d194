package io.github.espalier.core.prune;

import io.github.espalier.core.EspalierVersion;
import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.InputMemo;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.method.SaliencyMethod;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.model.ModelRewrite;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.report.ComponentReport;
import io.github.espalier.core.report.LayerReport;
import io.github.espalier.core.report.PruningReport;
import io.github.espalier.core.selection.Energy;
import io.github.espalier.core.selection.NonFiniteException;
import io.github.espalier.core.selection.SaliencyKeys;
import io.github.espalier.core.selection.Selection;
import io.github.espalier.core.selection.Selector;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One run of the pruner. */
final class PruningRun {
  /** Where pruned bytes go. */
  @FunctionalInterface
  interface LayerSink {
    void write(Layer layer, long byteOffset, ByteBuffer bytes) throws IOException;
  }

  private final int threads;
  private final ProgressListener listener;
  private final Cancellation cancellation;
  private final BiConsumer<Layer, Mask> maskSink;
  private final LayerSink sink;
  private final boolean outputErrors;
  private final ResolvedPlan plan;
  private final Object listenerLock = new Object();

  PruningRun(
      int threads,
      ProgressListener listener,
      Cancellation cancellation,
      BiConsumer<Layer, Mask> maskSink,
      LayerSink sink,
      boolean outputErrors,
      ResolvedPlan plan) {
    this.threads = threads;
    this.listener = listener;
    this.cancellation = cancellation;
    this.maskSink = maskSink;
    this.sink = sink;
    this.outputErrors = outputErrors;
    this.plan = plan;
  }

  PruningReport execute(
      PrunableModel model, PruningPlan source, List<ModelRewrite.Copy> copies, long start)
      throws IOException {
    List<LayerTask> tasks = plan.tasks();
    long pruneBytes = tasks.stream().mapToLong(task -> task.data().byteSize()).sum();
    long copyBytes = copies.stream().mapToLong(ModelRewrite.Copy::bytes).sum();
    listener.started(pruneBytes + copyBytes, tasks.size());

    List<LayerReport> layers = new ArrayList<>();
    try (Workers workers = new Workers(threads, cancellation)) {
      Map<Layer, Outcome> together = workers.call(() -> pruneTogether(workers));
      List<Callable<List<LayerReport>>> jobs = new ArrayList<>();
      StatisticsMemory memory = new StatisticsMemory();
      for (List<LayerTask> job : PruningJobs.of(tasks)) {
        jobs.add(() -> memory.having(job, () -> prune(job, together, workers)));
      }
      List<Callable<Void>> copyJobs = new ArrayList<>();
      for (ModelRewrite.Copy copy : copies) {
        copyJobs.add(
            () -> {
              copy.run(
                  bytes -> {
                    advance(bytes);
                    workers.check();
                  });
              return null;
            });
      }
      var pruned = workers.start(jobs);
      var copied = workers.start(copyJobs);
      layers.addAll(inOrder(tasks, workers.await(pruned)));
      workers.await(copied);
    }
    return report(model, source, layers, pruneBytes + copyBytes, start);
  }

  /** Selects the layers that are compared with each other, before any of them is written. */
  private Map<Layer, Outcome> pruneTogether(Workers workers) throws IOException {
    Map<Layer, Outcome> outcomes = new HashMap<>();
    for (List<LayerTask> tasks : plan.steps()) {
      if (tasks.isEmpty() || !tasks.get(0).step().pattern().equals(SparsityPattern.GLOBAL)) {
        continue;
      }
      PruningStep step = tasks.get(0).step();
      SaliencyMethod method = (SaliencyMethod) step.method();
      try (TensorScope scope = new TensorScope()) {
        List<SaliencyKeys> keys = new ArrayList<>();
        for (LayerTask task : tasks) {
          workers.check();
          keys.add(method.keys(task.watchedBy(workers::check).context(scope)));
        }
        List<Selection> selections =
            Selector.select(keys, step.sparsity().orElseThrow(), method.rule());
        for (int i = 0; i < tasks.size(); i++) {
          outcomes.put(tasks.get(i).layer(), Outcome.of(selections.get(i)));
        }
      } catch (NonFiniteException e) {
        throw PruningException.nonFinite(tasks.get(e.layer()).layer(), e);
      }
    }
    return outcomes;
  }

  /** Prunes layers that share an input, one after another. */
  private List<LayerReport> prune(
      List<LayerTask> group, Map<Layer, Outcome> together, Workers workers) throws IOException {
    workers.check();
    List<LayerReport> reports = new ArrayList<>();
    try (TensorScope scope = new TensorScope()) {
      InputMemo memo = InputMemo.in(scope);
      for (LayerTask task : group) {
        LayerTask watched = task.watchedBy(workers::check);
        reports.add(prune(watched, together.get(task.layer()), memo));
      }
    }
    return reports;
  }

  private static List<LayerReport> inOrder(List<LayerTask> tasks, List<List<LayerReport>> reports) {
    Map<String, LayerReport> byLayer = new HashMap<>();
    for (List<LayerReport> job : reports) {
      job.forEach(each -> byLayer.put(each.component() + "/" + each.name(), each));
    }
    return tasks.stream()
        .map(task -> Objects.requireNonNull(byLayer.get(task.layer().qualifiedName())))
        .toList();
  }

  private LayerReport prune(LayerTask task, @Nullable Outcome known, InputMemo memo)
      throws IOException {
    long start = System.nanoTime();
    Layer layer = task.layer();
    try (TensorScope scope = new TensorScope()) {
      LayerTask inMemory = task.withData(scope.resident(task.data()));
      LayerContext context = inMemory.context(scope, memo);
      Outcome outcome = known == null ? task.step().method().prune(context) : known;
      LayerPruning pruning =
          new LayerPruning(layer, inMemory.data(), task.step().method().name(), outcome, scope);
      Optional<OutputMeter> meter = outputErrors ? OutputMeter.of(task, scope) : Optional.empty();
      pruning.run(
          (offset, bytes) -> {
            meter.ifPresent(each -> each.put(offset, bytes));
            int length = bytes.remaining();
            sink.write(layer, offset, bytes);
            advance(length);
          });
      LayerReport report =
          new LayerReport(
              layer.component(),
              layer.name(),
              layer.kind(),
              layer.shape(),
              layer.dtype(),
              task.target(),
              outcome.mask().prunedCount(),
              pruning.zerosBefore(),
              pruning.zerosAfter(),
              pruning.energy(),
              meter.isPresent()
                  ? OptionalDouble.of(meter.get().relativeError())
                  : OptionalDouble.empty(),
              outcome.diagnostics(),
              secondsSince(start));
      synchronized (listenerLock) {
        maskSink.accept(layer, outcome.mask());
        listener.layerPruned(report);
      }
      return report;
    }
  }

  private void advance(long bytes) {
    synchronized (listenerLock) {
      listener.advanced(bytes);
    }
  }

  private PruningReport report(
      PrunableModel model, PruningPlan source, List<LayerReport> layers, long bytes, long start) {
    List<ComponentReport> components = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < source.steps().size(); i++) {
      int to = from + plan.steps().get(i).size();
      components.add(component(model, source.steps().get(i), layers.subList(from, to)));
      from = to;
    }
    long parameters = model.layers().stream().mapToLong(PruningRun::parameters).sum();
    return new PruningReport(
        model.source().toString(),
        EspalierVersion.current(),
        components,
        layers,
        plan.skipped(),
        parameters,
        bytes,
        secondsSince(start));
  }

  private static ComponentReport component(
      PrunableModel model, PruningStep step, List<LayerReport> layers) {
    long parameters =
        model.layers().stream()
            .filter(layer -> layer.component().equals(step.component()))
            .mapToLong(PruningRun::parameters)
            .sum();
    return new ComponentReport(
        step.component(),
        step.method().name(),
        step.method().settings(),
        step.pattern().label(),
        step.selection().description(),
        step.allocation().label(),
        step.sparsity(),
        layers.size(),
        layers.stream().mapToLong(LayerReport::weights).sum(),
        parameters,
        layers.stream().mapToLong(LayerReport::zerosBefore).sum(),
        layers.stream().mapToLong(LayerReport::zerosAfter).sum(),
        layers.stream().map(LayerReport::energy).reduce(new Energy(0, 0), Energy::plus));
  }

  /** Buffers, such as position indices, are no parameters. */
  private static long parameters(Layer layer) {
    return layer.kind() == LayerKind.OTHER ? 0 : layer.parameters();
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
