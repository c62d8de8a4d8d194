package io.github.espalier.sd2.calibration;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What statistics were gathered with, to tell them from those of other weights, captions or
 * settings. Immutable.
 *
 * @param weights a hash for each component that ran, see {@link #weightsOf}
 * @param captions SHA-256 of the captions
 * @param captionCount how many there are
 * @param settings all settings but for the pruning, in words
 * @param pruning how layers were pruned for those after them, in words; empty if none were
 */
public record CalibrationFingerprint(
    Map<String, String> weights,
    String captions,
    int captionCount,
    String settings,
    Optional<String> pruning) {
  /**
   * Copies the map.
   *
   * @param weights a hash for each component that ran
   * @param captions SHA-256 of the captions
   * @param captionCount how many there are
   * @param settings all settings but for the pruning, in words
   * @param pruning how layers were pruned for those after them
   */
  public CalibrationFingerprint {
    weights = ImmutableSortedMap.copyOf(weights);
  }

  /**
   * Hashes a component's weights: names, types, shapes and all numbers of its tensors. The layout
   * does not matter, so that statistics serve a converted checkpoint too. Uses all processors.
   *
   * @param model an open checkpoint
   * @param component the part of it
   * @return a SHA-256
   * @throws IOException if it cannot be read
   */
  public static String weightsOf(PrunableModel model, Component component) throws IOException {
    List<Layer> layers =
        model.layers().stream()
            .filter(layer -> layer.component().equals(component))
            .sorted(Comparator.comparing(Layer::name))
            .toList();
    byte[][] hashes = new byte[layers.size()][];
    try {
      TaskRunner.COMMON_POOL.run(hashes.length, i -> hashes[i] = hash(model, layers.get(i)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Hasher all = Hashing.sha256().newHasher();
    for (byte[] each : hashes) {
      all.putBytes(each);
    }
    return all.hash().toString();
  }

  private static byte[] hash(PrunableModel model, Layer layer) {
    Hasher hasher = Hashing.sha256().newHasher();
    String line = layer.name() + "\n" + layer.dtype() + "\n" + layer.shape() + "\n";
    hasher.putString(line, StandardCharsets.UTF_8);
    try {
      TensorReader.forEachPiece(
          model.weights(layer), (first, piece) -> hasher.putBytes(piece.duplicate()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return hasher.hash().asBytes();
  }

  /** Says how another fingerprint differs, for messages; empty if it does not. */
  String differenceFrom(CalibrationFingerprint other) {
    if (!weights.equals(other.weights)) {
      return "other weights";
    }
    if (!captions.equals(other.captions)) {
      return "other captions (" + captionCount + ", not " + other.captionCount + ")";
    }
    if (!settings.equals(other.settings)) {
      return "other settings (" + settings + ", not " + other.settings + ")";
    }
    if (!pruning.equals(other.pruning)) {
      return "other pruning ("
          + pruning.orElse("none")
          + ", not "
          + other.pruning.orElse("none")
          + ")";
    }
    return "";
  }

  /**
   * Tells whether layers were pruned as they will be. Statistics of layers that saw others pruned
   * in another way are usable, but not those of the model that will be. How a sparsity was shared
   * out among layers is not compared.
   *
   * @param method how weights are chosen
   * @param sparsity share of all weights to prune
   * @param pattern where zeros may fall
   * @return true too if no layers were pruned
   */
  public boolean fits(PruningMethod method, Sparsity sparsity, SparsityPattern pattern) {
    String now = InMemoryPruning.describe(method, sparsity, pattern);
    return pruning
        .map(then -> then.equals(now) || then.startsWith(now + InMemoryPruning.SHARED_OUT))
        .orElse(true);
  }
}
