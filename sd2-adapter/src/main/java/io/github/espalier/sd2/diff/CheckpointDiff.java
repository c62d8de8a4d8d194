package io.github.espalier.sd2.diff;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.diff.TensorDifference.OnlyIn;
import io.github.espalier.sd2.diff.TensorDifference.Side;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * What differs between two checkpoints. Immutable.
 *
 * <p>Two checkpoints are compared layer by layer, whatever their layouts: q, k and v of a fused
 * projection one by one, and the VAE's attention under its newer names if the two use names of
 * different eras. What only one of two layouts carries along (position indices, the noise schedule)
 * is compared only between checkpoints of the same layout. Two safetensors files that are no
 * checkpoints are compared by the names of their tensors.
 *
 * @param compared number of tensors that both have
 * @param differences the tensors that differ, in the order of the first, then of the second
 */
public record CheckpointDiff(int compared, List<TensorDifference> differences) {
  /**
   * Copies the list.
   *
   * @param compared number of tensors that both have
   * @param differences the tensors that differ
   */
  public CheckpointDiff {
    differences = ImmutableList.copyOf(differences);
  }

  /**
   * Compares two checkpoints, or two safetensors files that are none.
   *
   * @param first folder or file
   * @param second folder or file
   * @return what differs
   * @throws io.github.espalier.core.model.CheckpointFormatException if one is malformed
   * @throws IllegalArgumentException if one is a whole checkpoint and the other is not
   * @throws IOException if one cannot be read
   */
  public static CheckpointDiff between(Path first, Path second) throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    return between(first, second, "", threads, bytes -> {});
  }

  /**
   * Compares two checkpoints, or two safetensors files that are none, under one's own conditions.
   *
   * @param first folder or file
   * @param second folder or file
   * @param variant which variant of a folder's files to read, such as {@code fp16}; empty for the
   *     plain ones
   * @param threads how many threads compare
   * @param progress told how many bytes of the first were compared since the last call, on any of
   *     these threads; may throw to stop
   * @return what differs
   * @throws io.github.espalier.core.model.CheckpointFormatException if one is malformed
   * @throws IllegalArgumentException if one is a whole checkpoint and the other is not
   * @throws IOException if one cannot be read
   */
  public static CheckpointDiff between(
      Path first, Path second, String variant, int threads, LongConsumer progress)
      throws IOException {
    try (NamedTensors a = NamedTensors.open(first, variant);
        NamedTensors b = NamedTensors.open(second, variant)) {
      return between(a.comparableWith(b), b.comparableWith(a), threads, progress);
    }
  }

  /**
   * Compares tensors by name.
   *
   * @param first tensors by name
   * @param second tensors by name
   * @param threads how many threads compare
   * @param progress told how many bytes of the first were compared since the last call, on any of
   *     these threads; may throw to stop
   * @return what differs
   * @throws IOException if a tensor cannot be read
   */
  public static CheckpointDiff between(
      Map<String, TensorData> first,
      Map<String, TensorData> second,
      int threads,
      LongConsumer progress)
      throws IOException {
    List<Callable<Optional<TensorDifference>>> comparisons = new ArrayList<>();
    int compared = 0;
    for (Map.Entry<String, TensorData> entry : first.entrySet()) {
      String name = entry.getKey();
      TensorData data = entry.getValue();
      TensorData other = second.get(name);
      if (other == null) {
        comparisons.add(() -> Optional.of(onlyIn(Side.FIRST, name, data)));
      } else {
        compared++;
        comparisons.add(() -> TensorComparison.compare(name, data, other, progress));
      }
    }
    List<TensorDifference> differences = run(comparisons, threads);
    second.forEach(
        (name, data) -> {
          if (!first.containsKey(name)) {
            differences.add(onlyIn(Side.SECOND, name, data));
          }
        });
    return new CheckpointDiff(compared, differences);
  }

  private static TensorDifference onlyIn(Side side, String name, TensorData data) {
    return new OnlyIn(name, side, data.dtype(), data.shape());
  }

  private static List<TensorDifference> run(
      List<Callable<Optional<TensorDifference>>> comparisons, int threads) throws IOException {
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    List<TensorDifference> differences = new ArrayList<>();
    try {
      for (Future<Optional<TensorDifference>> result : workers.invokeAll(comparisons)) {
        result.get().ifPresent(differences::add);
      }
      return differences;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException problem) {
        throw problem;
      }
      if (cause instanceof RuntimeException problem) {
        throw problem;
      }
      throw new IllegalStateException("a comparison failed", e);
    } finally {
      workers.shutdown();
    }
  }

  /**
   * Tells whether nothing differs.
   *
   * @return true if there are no differences
   */
  public boolean isEmpty() {
    return differences.isEmpty();
  }

  /**
   * Returns the tensors of which values differ.
   *
   * @return the differences of that sort, in order
   */
  public List<TensorDifference.Changed> changed() {
    return differences.stream()
        .filter(TensorDifference.Changed.class::isInstance)
        .map(TensorDifference.Changed.class::cast)
        .toList();
  }
}
