package io.github.espalier.sd2.calibration;

import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.ModelRewrite;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.model.RewriteOptions;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint of which some layers are pruned in memory, outside the heap: those of a whole U-Net
 * have more than a gigabyte. For one thread.
 */
final class PrunedModel implements PrunableModel {
  private final PrunableModel dense;
  private final Map<Layer, TensorData> pruned = new HashMap<>();
  private final TensorScope scope = new TensorScope();

  PrunedModel(PrunableModel dense) {
    this.dense = dense;
  }

  /** Takes a copy of weights. */
  void put(Layer layer, TensorData weights) throws IOException {
    pruned.put(layer, scope.copy(weights));
  }

  @Override
  public Path source() {
    return dense.source();
  }

  @Override
  public List<Layer> layers() {
    return dense.layers();
  }

  @Override
  public TensorData weights(Layer layer) {
    TensorData own = pruned.get(layer);
    return own == null ? dense.weights(layer) : own;
  }

  @Override
  public ModelRewrite rewrite(Path target, List<Layer> layers, RewriteOptions options) {
    throw new UnsupportedOperationException("a model in memory is not written");
  }

  /** Forgets what was pruned; leaves the checkpoint open, which belongs to the caller. */
  @Override
  public void close() {
    pruned.clear();
    scope.close();
  }
}
