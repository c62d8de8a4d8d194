package io.github.espalier.examples.study.run;

import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.ModelRewrite;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.model.RewriteOptions;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A model of which the layers that a pruner writes are kept in memory, outside the heap, instead of
 * in files. Safe for use by many threads until it is closed.
 */
final class MemoryModel implements PrunableModel {
  private final PrunableModel dense;
  private final Map<Layer, TensorData> pruned = new ConcurrentHashMap<>();
  private final TensorScope scope = new TensorScope();

  MemoryModel(PrunableModel dense) {
    this.dense = dense;
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

  /** Takes what is written; the target is not created. */
  @Override
  public ModelRewrite rewrite(Path target, List<Layer> layers, RewriteOptions options) {
    return new Rewrite();
  }

  private void put(Layer layer, ByteBuffer bytes) throws IOException {
    TensorData data = TensorData.ofBytes(layer.dtype(), layer.shape(), bytes);
    synchronized (scope) {
      pruned.put(layer, scope.copy(data));
    }
  }

  /** Frees the pruned layers; the dense model belongs to the caller. */
  @Override
  public void close() {
    pruned.clear();
    scope.close();
  }

  /** Collects the parts of a layer on the heap until it is whole. */
  private final class Rewrite implements ModelRewrite {
    private final Map<Layer, ByteBuffer> begun = new HashMap<>();

    @Override
    public List<Copy> copies() {
      return List.of();
    }

    @Override
    public void write(Layer layer, long byteOffset, ByteBuffer bytes) throws IOException {
      ByteBuffer whole;
      synchronized (begun) {
        whole = begun.computeIfAbsent(layer, this::room);
      }
      whole.put(bytes);
      if (!whole.hasRemaining()) {
        synchronized (begun) {
          begun.remove(layer);
        }
        put(layer, whole.flip());
      }
    }

    private ByteBuffer room(Layer layer) {
      return ByteBuffer.allocate(Math.toIntExact(dense.weights(layer).byteSize()));
    }

    @Override
    public void commit(String provenance) {
      // Everything is where it belongs already.
    }

    @Override
    public void close() {
      begun.clear();
    }
  }
}
