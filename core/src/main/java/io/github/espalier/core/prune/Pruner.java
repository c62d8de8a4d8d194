package io.github.espalier.core.prune;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.CheckReturnValue;
import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.model.ModelRewrite;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.model.RewriteOptions;
import io.github.espalier.core.report.PruningReport;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.tensor.NdArrays;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Prunes models. Immutable, and safe for use by many threads as long as its listener and mask sink
 * are.
 *
 * <p>Layers are pruned in parallel and written to places of their own, so that the output is the
 * same bytes for any number of threads. Memory does not grow with the model: each thread holds a
 * piece of a layer and one mask (and whatever the method holds). Layers that share an input whose
 * Gram matrix the method needs are pruned by one thread, one after another. Only {@link
 * SparsityPattern#GLOBAL} holds the masks of all selected layers at once, one bit for each weight,
 * and before them the saliencies of all, if the method computes any.
 */
@CheckReturnValue
public final class Pruner {
  private final int threads;
  private final ProgressListener listener;
  private final Cancellation cancellation;
  private final BiConsumer<Layer, Mask> maskSink;
  private final RewriteOptions options;
  private final boolean outputErrors;

  private Pruner(
      int threads,
      ProgressListener listener,
      Cancellation cancellation,
      BiConsumer<Layer, Mask> maskSink,
      RewriteOptions options,
      boolean outputErrors) {
    this.threads = threads;
    this.listener = listener;
    this.cancellation = cancellation;
    this.maskSink = maskSink;
    this.options = options;
    this.outputErrors = outputErrors;
  }

  /**
   * Returns a pruner that uses all processors, tells nobody, and refuses to replace existing
   * output.
   *
   * @return the pruner
   */
  public static Pruner create() {
    return new Pruner(
        Runtime.getRuntime().availableProcessors(),
        ProgressListener.NONE,
        new Cancellation(),
        (layer, mask) -> {},
        RewriteOptions.withDefaults(),
        false);
  }

  /**
   * Sets the number of threads.
   *
   * @param threads at least 1
   * @return a changed copy
   * @throws IllegalArgumentException if there is none
   */
  public Pruner withThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("cannot prune with " + threads + " threads");
    }
    return new Pruner(threads, listener, cancellation, maskSink, options, outputErrors);
  }

  /**
   * Sets who is told about progress.
   *
   * @param listener the listener
   * @return a changed copy
   */
  public Pruner withListener(ProgressListener listener) {
    return new Pruner(threads, listener, cancellation, maskSink, options, outputErrors);
  }

  /**
   * Sets how a run can be stopped.
   *
   * @param cancellation watched while running
   * @return a changed copy
   */
  public Pruner withCancellation(Cancellation cancellation) {
    return new Pruner(threads, listener, cancellation, maskSink, options, outputErrors);
  }

  /**
   * Sets who receives the masks.
   *
   * @param maskSink receives each pruned layer's mask once; calls never overlap
   * @return a changed copy
   */
  public Pruner withMaskSink(BiConsumer<Layer, Mask> maskSink) {
    return new Pruner(threads, listener, cancellation, maskSink, options, outputErrors);
  }

  /**
   * Sets how the output is written.
   *
   * @param options the options
   * @return a changed copy
   */
  public Pruner withOptions(RewriteOptions options) {
    return new Pruner(threads, listener, cancellation, maskSink, options, outputErrors);
  }

  /**
   * Sets whether the report says how far each layer's output moves on the calibration data, see
   * {@link io.github.espalier.core.calibration.OutputError}. Only layers with a Gram matrix in
   * their step's statistics have it, whatever the method. Costs two products of the weights with
   * the Gram matrix, which for wide layers takes about as long as SparseGPT does.
   *
   * @param wanted false unless set
   * @return a changed copy
   */
  public Pruner withOutputErrors(boolean wanted) {
    return new Pruner(threads, listener, cancellation, maskSink, options, wanted);
  }

  /**
   * Writes a pruned copy of a model.
   *
   * @param model the model, which is not changed
   * @param plan what to prune
   * @param target file or folder to create; it appears when everything was written, or not at all
   * @return what was done
   * @throws IllegalArgumentException if the plan does not fit the model; nothing was written then
   * @throws java.nio.file.FileAlreadyExistsException if the target exists and may not be replaced
   * @throws java.util.concurrent.CancellationException if the run was cancelled, or the calling
   *     thread interrupted, which it then still is
   * @throws io.github.espalier.core.method.PruningException if a layer's numbers do not allow it
   * @throws io.github.espalier.core.model.CheckpointFormatException if the source is malformed, or
   *     changed while it was read
   * @throws IOException if reading or writing fails
   */
  @CanIgnoreReturnValue
  public PruningReport prune(PrunableModel model, PruningPlan plan, Path target)
      throws IOException {
    long start = System.nanoTime();
    ResolvedPlan resolved = resolve(plan, model);
    List<Layer> layers = resolved.tasks().stream().map(LayerTask::layer).toList();
    try (ModelRewrite rewrite = model.rewrite(target, layers, options)) {
      PruningRun run =
          new PruningRun(
              threads, listener, cancellation, maskSink, rewrite::write, outputErrors, resolved);
      PruningReport report = run.execute(model, plan, rewrite.copies(), start);
      cancellation.check();
      listener.committing();
      rewrite.commit(report.provenance());
      return report.withSeconds((System.nanoTime() - start) / 1e9);
    }
  }

  /** Lets a worker do what reads weights, so that an interrupt of this thread closes no file. */
  private ResolvedPlan resolve(PruningPlan plan, PrunableModel model) throws IOException {
    try (Workers workers = new Workers(1, cancellation)) {
      return ResolvedPlan.of(plan, model, workers);
    }
  }

  /**
   * Does everything but write: reports what pruning would do.
   *
   * @param model the model
   * @param plan what to prune
   * @return what would be done
   * @throws IllegalArgumentException if the plan does not fit the model
   * @throws java.util.concurrent.CancellationException if the run was cancelled, or the calling
   *     thread interrupted, which it then still is
   * @throws io.github.espalier.core.method.PruningException if a layer's numbers do not allow it
   * @throws IOException if reading fails
   */
  public PruningReport dryRun(PrunableModel model, PruningPlan plan) throws IOException {
    long start = System.nanoTime();
    ResolvedPlan resolved = resolve(plan, model);
    PruningRun run =
        new PruningRun(
            threads,
            listener,
            cancellation,
            maskSink,
            (layer, offset, bytes) -> {},
            outputErrors,
            resolved);
    return run.execute(model, plan, List.of(), start);
  }

  /**
   * Prunes a weight matrix of one's own, in memory.
   *
   * @param weights a contiguous {@code FLOAT} array of {@code [outputs, inputs]}, or {@code
   *     [outputs, inputs, height, width]}, in C order; not changed
   * @param method how weights are chosen; must not need calibration. If it also gives the weights
   *     that stay new values, these are not returned.
   * @param sparsity share to prune; with zeros per group, the pattern's own
   * @param pattern where zeros may fall; not {@link SparsityPattern#GLOBAL}
   * @return which weights to keep; {@link io.github.espalier.core.mask.Masks#apply} applies it
   * @throws IllegalArgumentException if the array or the pattern does not fit
   * @throws io.github.espalier.core.method.PruningException if the numbers do not allow it
   * @throws IOException never, unless the method reads files
   */
  public static Mask mask(
      INDArray weights, PruningMethod method, Sparsity sparsity, SparsityPattern pattern)
      throws IOException {
    Component array = new Component("array");
    PruningStep step = PruningStep.of(array, method, sparsity).withPattern(pattern);
    TensorData data = NdArrays.data(weights);
    Layer layer =
        new Layer("array", array, LayerKind.LINEAR, Shape.of(weights.shape()), data.dtype());
    try (TensorScope scope = new TensorScope()) {
      LayerTask task = new LayerTask(step, layer, data, sparsity);
      Outcome outcome = method.prune(task.context(scope));
      return outcome.mask();
    }
  }
}
