package io.github.espalier.core.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.core.tensor.NdArrays;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorScope;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class MasksTest {
  @Test
  void prunedElementsBecomePlusZeroAndOthersKeepTheirBits() {
    Mask mask = Mask.builder(Shape.of(2, 1, 1, 2)).prune(1).prune(2).build();
    try (TensorScope scope = new TensorScope()) {
      INDArray array = scope.matrix(2, 2, -0f, -5, Float.NaN, 7);

      Masks.apply(mask, array);

      int[] bits = new int[4];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = Float.floatToRawIntBits(NdArrays.floats(array).get(i));
      }
      assertThat(bits).containsExactly(0x80000000, 0, 0, Float.floatToRawIntBits(7));
    }
  }

  @Test
  void sizesAndLayoutsMustFit() {
    try (TensorScope scope = new TensorScope()) {
      INDArray array = scope.matrix(2, 2, 1, 2, 3, 4);

      assertThatIllegalArgumentException()
          .isThrownBy(() -> Masks.apply(Mask.keepAll(Shape.of(3)), array))
          .withMessage("a mask of shape [3] does not fit an array of 4");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Masks.apply(Mask.keepAll(Shape.of(2, 2)), array.transpose()));
    }
  }
}
