package io.github.espalier.sd2.calibration;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What statistics were gathered with, to tell them from those of other weights, captions or
 * settings. Immutable.
 *
 * @param weights a hash for each component that ran, see {@link #weightsOf}
 * @param captions SHA-256 of the captions
 * @param captionCount how many there are
 * @param settings all settings, in words
 */
public record CalibrationFingerprint(
    Map<String, String> weights, String captions, int captionCount, String settings) {
  private static final int SAMPLE = 4096;

  /**
   * Copies the map.
   *
   * @param weights a hash for each component that ran
   * @param captions SHA-256 of the captions
   * @param captionCount how many there are
   * @param settings all settings, in words
   */
  public CalibrationFingerprint {
    weights = ImmutableSortedMap.copyOf(weights);
  }

  /**
   * Hashes a component's weights: names, types and shapes of its tensors, and of each the first and
   * the last 4 KiB. Reading all would take as long as pruning. The layout does not matter, so that
   * statistics serve a converted checkpoint too.
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
    Hasher hasher = Hashing.sha256().newHasher();
    for (Layer layer : layers) {
      String line = layer.name() + "\n" + layer.dtype() + "\n" + layer.shape() + "\n";
      hasher.putString(line, StandardCharsets.UTF_8);
      TensorData data = model.weights(layer);
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(SAMPLE, data.byteSize()));
      data.read(0, bytes);
      hasher.putBytes(bytes.flip());
      bytes.clear();
      data.read(data.byteSize() - bytes.capacity(), bytes);
      hasher.putBytes(bytes.flip());
    }
    return hasher.hash().toString();
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
    return "";
  }
}
