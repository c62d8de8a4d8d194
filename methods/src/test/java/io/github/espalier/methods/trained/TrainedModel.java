package io.github.espalier.methods.trained;

import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.ModelRewrite;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.model.RewriteOptions;
import io.github.espalier.core.prune.Pruner;
import io.github.espalier.core.prune.PruningPlan;
import io.github.espalier.core.prune.PruningStep;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Linear layers in memory, which the pruner prunes as it does those of a checkpoint. */
final class TrainedModel implements PrunableModel {
  private final Map<Layer, TensorData> weights;
  private final Map<Layer, ByteBuffer> written = new ConcurrentHashMap<>();

  TrainedModel(Map<Layer, TensorData> weights) {
    this.weights = new LinkedHashMap<>(weights);
  }

  /** Prunes; the result has all layers, of which those of the step are new. */
  Map<Layer, TensorData> pruned(PruningStep step) throws IOException {
    written.clear();
    Pruner.create().prune(this, new PruningPlan(List.of(step)), Path.of("pruned"));
    Map<Layer, TensorData> result = new LinkedHashMap<>(weights);
    written.forEach(
        (layer, bytes) ->
            result.put(layer, TensorData.ofBytes(layer.dtype(), layer.shape(), bytes.rewind())));
    return result;
  }

  @Override
  public Path source() {
    return Path.of("all-minilm-l6-v2.onnx");
  }

  @Override
  public List<Layer> layers() {
    return new ArrayList<>(weights.keySet());
  }

  @Override
  public TensorData weights(Layer layer) {
    return Objects.requireNonNull(weights.get(layer), layer.name());
  }

  @Override
  public ModelRewrite rewrite(Path target, List<Layer> changed, RewriteOptions options) {
    return new MemoryRewrite();
  }

  @Override
  public void close() {}

  /** Keeps what is written; what is not changed need not be copied. */
  private final class MemoryRewrite implements ModelRewrite {
    @Override
    public List<Copy> copies() {
      return List.of();
    }

    @Override
    public void write(Layer layer, long byteOffset, ByteBuffer bytes) {
      ByteBuffer whole =
          written.computeIfAbsent(layer, any -> ByteBuffer.allocate((int) weights(any).byteSize()));
      whole.put((int) byteOffset, bytes, bytes.position(), bytes.remaining());
      bytes.position(bytes.limit());
    }

    @Override
    public void commit(String provenance) {}

    @Override
    public void close() {}
  }
}
