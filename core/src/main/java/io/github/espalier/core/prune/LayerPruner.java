package io.github.espalier.core.prune;

import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Prunes single layers in memory, for calibration that lets later layers see earlier ones pruned.
 * Stateless.
 */
public final class LayerPruner {
  private LayerPruner() {}

  /**
   * Prunes a layer.
   *
   * @param method how weights are chosen
   * @param layer the layer, its weights and what is asked
   * @return the very bytes that {@link Pruner} would write for the same method and context, in
   *     memory of their own
   * @throws io.github.espalier.core.method.PruningException if the numbers do not allow it
   * @throws IllegalStateException if the method's outcome has another shape than the layer
   * @throws IOException if weights or statistics cannot be read
   */
  public static TensorData prune(PruningMethod method, LayerContext layer) throws IOException {
    TensorData data = layer.data();
    ByteBuffer pruned =
        ByteBuffer.allocate(Math.toIntExact(data.byteSize())).order(ByteOrder.LITTLE_ENDIAN);
    try (TensorScope scope = new TensorScope()) {
      LayerContext inMemory =
          new LayerContext(
              layer.layer(),
              scope.resident(data),
              layer.sparsity(),
              layer.pattern(),
              layer.calibration(),
              scope,
              layer.memo());
      Outcome outcome = method.prune(inMemory);
      new LayerPruning(layer.layer(), inMemory.data(), method.name(), outcome, scope)
          .run((offset, bytes) -> pruned.put((int) offset, bytes, 0, bytes.remaining()));
    }
    return TensorData.ofBytes(data.dtype(), data.shape(), pruned);
  }
}
