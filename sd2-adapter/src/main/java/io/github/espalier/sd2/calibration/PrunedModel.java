package io.github.espalier.sd2.calibration;

import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.ModelRewrite;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.model.RewriteOptions;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A checkpoint of which some layers are pruned in memory. For one thread. */
final class PrunedModel implements PrunableModel {
  private final PrunableModel dense;
  private final Map<Layer, TensorData> pruned = new HashMap<>();

  PrunedModel(PrunableModel dense) {
    this.dense = dense;
  }

  void put(Layer layer, TensorData weights) {
    pruned.put(layer, weights);
  }

  /** Forgets what was pruned. */
  void clear() {
    pruned.clear();
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

  /** Leaves the checkpoint open, which belongs to the caller. */
  @Override
  public void close() throws IOException {
    clear();
  }
}
