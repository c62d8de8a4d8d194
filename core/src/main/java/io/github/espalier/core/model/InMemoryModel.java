package io.github.espalier.core.model;

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
 * A model some layers of which were replaced in memory, outside the heap, so that it can be pruned
 * and used without files. The layers that were not replaced are read from the model that it was
 * made of, which stays as it is.
 *
 * <p>Safe for use by many threads until it is closed.
 */
public final class InMemoryModel implements PrunableModel {
  private final PrunableModel original;
  private final Map<Layer, TensorData> replaced = new ConcurrentHashMap<>();
  private final Map<Rewrite, TensorScope> rewrites = new ConcurrentHashMap<>();
  private final TensorScope scope = new TensorScope();

  private InMemoryModel(PrunableModel original) {
    this.original = original;
  }

  /**
   * Starts with a model as it is.
   *
   * @param original the model; open while the new one is in use, and to be closed by the caller
   * @return a model of the same layers and weights
   */
  public static InMemoryModel of(PrunableModel original) {
    return new InMemoryModel(original);
  }

  @Override
  public Path source() {
    return original.source();
  }

  @Override
  public List<Layer> layers() {
    return original.layers();
  }

  @Override
  public TensorData weights(Layer layer) {
    TensorData own = replaced.get(layer);
    return own == null ? original.weights(layer) : own;
  }

  /**
   * Replaces a layer's weights by a copy of others. Native memory of weights that were replaced
   * before is freed with the model.
   *
   * @param layer one of {@link #layers()}
   * @param weights of the layer's shape and element type
   * @throws IllegalArgumentException if they are not, or the layer is not of this model
   * @throws IOException if they cannot be read
   */
  public void put(Layer layer, TensorData weights) throws IOException {
    TensorData before = original.weights(layer);
    if (!weights.shape().equals(before.shape()) || weights.dtype() != before.dtype()) {
      throw new IllegalArgumentException(
          "weights of "
              + weights.dtype()
              + " "
              + weights.shape()
              + " for "
              + layer.qualifiedName()
              + ", which has "
              + before.dtype()
              + " "
              + before.shape());
    }
    synchronized (scope) {
      replaced.put(layer, scope.copy(weights));
    }
  }

  /**
   * Starts a change of this model itself: what is written replaces its layers with the commit.
   *
   * @param target of no effect; nothing is created there
   * @param pruned of no effect
   * @param options of no effect
   * @return the change in progress
   */
  @Override
  public ModelRewrite rewrite(Path target, List<Layer> pruned, RewriteOptions options) {
    Rewrite rewrite = new Rewrite();
    rewrites.put(rewrite, rewrite.memory);
    return rewrite;
  }

  /** Frees the replaced layers; the original model belongs to the caller. */
  @Override
  public void close() {
    replaced.clear();
    rewrites.values().forEach(TensorScope::close);
    rewrites.clear();
    scope.close();
  }

  /** Collects the parts of a layer on the heap until it is whole, then outside of it. */
  private final class Rewrite implements ModelRewrite {
    private final Map<Layer, ByteBuffer> begun = new HashMap<>();
    private final Map<Layer, TensorData> whole = new HashMap<>();
    private final TensorScope memory = new TensorScope();
    private boolean committed;

    @Override
    public List<Copy> copies() {
      return List.of();
    }

    @Override
    public void write(Layer layer, long byteOffset, ByteBuffer bytes) throws IOException {
      ByteBuffer room;
      synchronized (this) {
        room = begun.computeIfAbsent(layer, this::room);
      }
      room.put(bytes);
      if (!room.hasRemaining()) {
        finish(layer, TensorData.ofBytes(layer.dtype(), layer.shape(), room.flip()));
      }
    }

    private ByteBuffer room(Layer layer) {
      return ByteBuffer.allocate(Math.toIntExact(original.weights(layer).byteSize()));
    }

    private synchronized void finish(Layer layer, TensorData weights) throws IOException {
      whole.put(layer, memory.copy(weights));
      begun.remove(layer);
    }

    @Override
    public synchronized void commit(String provenance) {
      replaced.putAll(whole);
      committed = true;
    }

    @Override
    public synchronized void close() {
      begun.clear();
      whole.clear();
      if (!committed) {
        rewrites.remove(this);
        memory.close();
      }
    }
  }
}
