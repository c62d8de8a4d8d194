package io.github.espalier.methods.saved;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskSet;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SavedMasksTest {
  private static final Mask MASK = Mask.builder(Shape.of(2, 2)).prune(1).prune(2).build();
  private static final SavedMasks METHOD =
      new SavedMasks(new MaskSet(Map.of("unet/conv_in.weight", MASK)));

  private static LayerContext layer(String name, Shape shape, TensorScope scope) {
    Layer layer = new Layer(name, new Component("unet"), LayerKind.LINEAR, shape, DType.F32);
    return new LayerContext(
        layer,
        TensorData.ofFloats(shape, new float[(int) shape.elements()]),
        Sparsity.of(0.9),
        SparsityPattern.LAYER,
        scope);
  }

  @Test
  void theSavedMaskIsTheOutcomeWhateverTheSparsity() {
    try (TensorScope scope = new TensorScope()) {
      assertThat(METHOD.prune(layer("conv_in.weight", Shape.of(2, 2), scope)).mask())
          .isEqualTo(MASK);
    }
    assertThat(METHOD.name()).isEqualTo("saved-masks");
    assertThat(METHOD.settings()).isEqualTo("1 mask");
    assertThat(new SavedMasks(new MaskSet(Map.of())).settings()).isEqualTo("0 masks");
  }

  @Test
  void aLayerWithoutAMaskIsAnError() {
    try (TensorScope scope = new TensorScope()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> METHOD.prune(layer("conv_out.weight", Shape.of(2, 2), scope)))
          .withMessage("there is no saved mask for layer unet/conv_out.weight");
    }
  }

  @Test
  void aMaskOfAnotherShapeIsAnError() {
    try (TensorScope scope = new TensorScope()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> METHOD.prune(layer("conv_in.weight", Shape.of(4, 1), scope)))
          .withMessage("unet/conv_in.weight: the saved mask has shape [2, 2], the layer [4, 1]");
    }
  }
}
