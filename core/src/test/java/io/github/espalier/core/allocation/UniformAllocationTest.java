package io.github.espalier.core.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.allocation.SparsityAllocation.WeightedLayer;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class UniformAllocationTest {
  private static WeightedLayer layer(int size) {
    Shape shape = Shape.of(size);
    return new WeightedLayer(
        new Layer("w" + size, new Component("unet"), LayerKind.LINEAR, shape, DType.F32),
        TensorData.ofFloats(shape, new float[size]));
  }

  @Test
  void everyLayerGetsTheBudget() {
    UniformAllocation uniform = new UniformAllocation();
    Sparsity budget = Sparsity.of(0.35);

    assertThat(uniform.allocate(List.of(layer(1), layer(7), layer(0)), budget))
        .containsExactly(budget, budget, budget);
    assertThat(uniform.allocate(List.of(), budget)).isEmpty();
  }

  @Test
  void itIsFoundByName() {
    assertThat(ServiceLoader.load(SparsityAllocation.class))
        .extracting(SparsityAllocation::name)
        .contains("uniform");
  }
}
