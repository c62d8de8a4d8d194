package io.github.espalier.core.prune;

import static io.github.espalier.core.prune.MemoryModel.TARGET;
import static io.github.espalier.core.prune.MemoryModel.UNET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.core.model.InMemoryModel;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.ModelRewrite;
import io.github.espalier.core.model.RewriteOptions;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pruning a model in memory changes that model, and neither files nor the original. */
class InMemoryModelTest {
  private final MemoryModel original = new MemoryModel();
  private final Layer first = original.addRandom(UNET, "a.weight", DType.F16, Shape.of(8, 9), 1);
  private final Layer second = original.addRandom(UNET, "b.weight", DType.F32, Shape.of(5, 7), 2);

  private static byte[] bytes(TensorData data) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) data.byteSize());
    data.read(0, bytes);
    return bytes.array();
  }

  private static ByteBuffer zeros(Layer layer) {
    return ByteBuffer.allocate((int) layer.parameters() * layer.dtype().bytes());
  }

  @Test
  void prunedAsIntoFiles() throws IOException {
    PruningPlan plan =
        new PruningPlan(List.of(PruningStep.of(UNET, TestMethods.smallest(), Sparsity.of(0.5))));
    byte[] before = original.bytes(first).clone();
    try (InMemoryModel model = InMemoryModel.of(original)) {
      assertThat(bytes(model.weights(first))).isEqualTo(before);
      Pruner.create().prune(model, plan, TARGET);
      Pruner.create().prune(original, plan, TARGET);
      assertThat(bytes(model.weights(first))).isEqualTo(original.written(first));
      assertThat(bytes(model.weights(second))).isEqualTo(original.written(second));
      assertThat(bytes(model.weights(first))).isNotEqualTo(before);
      assertThat(original.bytes(first)).isEqualTo(before);
      assertThat(TARGET).satisfies(target -> assertThat(Files.exists(target)).isFalse());
    }
  }

  @Test
  void withoutCommitNothingChanges() throws IOException {
    try (InMemoryModel model = InMemoryModel.of(original)) {
      try (ModelRewrite rewrite =
          model.rewrite(TARGET, List.of(first), RewriteOptions.withDefaults())) {
        rewrite.write(first, 0, zeros(first));
        assertThat(bytes(model.weights(first))).isEqualTo(original.bytes(first));
      }
      assertThat(bytes(model.weights(first))).isEqualTo(original.bytes(first));
    }
  }

  @Test
  void layersComeInParts() throws IOException {
    try (InMemoryModel model = InMemoryModel.of(original);
        ModelRewrite rewrite =
            model.rewrite(TARGET, List.of(second), RewriteOptions.withDefaults())) {
      ByteBuffer zeros = zeros(second);
      rewrite.write(second, 0, zeros.slice(0, 12));
      rewrite.write(second, 12, zeros.slice(12, zeros.capacity() - 12));
      rewrite.commit("{}");
      assertThat(bytes(model.weights(second))).containsOnly(0);
    }
  }

  @Test
  void weightsArePutAsTheyAre() throws IOException {
    TensorData zeros = TensorData.ofBytes(DType.F16, first.shape(), zeros(first));
    try (InMemoryModel model = InMemoryModel.of(original)) {
      model.put(first, zeros);
      assertThat(bytes(model.weights(first))).containsOnly(0);
      assertThat(bytes(model.weights(second))).isEqualTo(original.bytes(second));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.put(second, zeros))
          .withMessage("weights of F16 [8, 9] for unet/b.weight, which has F32 [5, 7]");
    }
  }
}
