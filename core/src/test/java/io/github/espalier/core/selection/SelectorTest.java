package io.github.espalier.core.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.ConvolutionLayout;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
  private static final List<SparsityPattern> PATTERNS =
      List.of(SparsityPattern.LAYER, SparsityPattern.ROW, new Grouped(2, 4));

  private static Mask select(SaliencyKeys keys, double sparsity, SparsityPattern pattern)
      throws IOException {
    return Selector.select(keys, Sparsity.of(sparsity), pattern, SelectionRule.EXACT).mask();
  }

  private static SaliencyKeys floats(Shape shape, float... values) {
    return MagnitudeKeys.of(TensorData.ofFloats(shape, values));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void emptyLayersHaveEmptyMasks(double sparsity) throws IOException {
    for (Shape shape : List.of(Shape.of(0), Shape.of(0, 4), Shape.of(4, 0), Shape.of(2, 0, 3, 3))) {
      for (SparsityPattern pattern : PATTERNS) {
        if (pattern instanceof Grouped && shape.rank() == 1) {
          continue;
        }
        Mask mask = select(floats(shape), sparsity, pattern);
        assertThat(mask.shape()).isEqualTo(shape);
        assertThat(mask.prunedCount()).isZero();
      }
      List<Selection> global =
          Selector.select(
              List.of(floats(shape), floats(shape)), Sparsity.of(sparsity), SelectionRule.EXACT);
      assertThat(global).extracting(each -> each.mask().keptCount()).containsExactly(0L, 0L);
    }
  }

  @Test
  void noLayersGiveNoSelections() throws IOException {
    assertThat(Selector.select(List.of(), Sparsity.of(0.5), SelectionRule.EXACT)).isEmpty();
  }

  @Test
  void aScalarIsOneRowOfOneWeight() throws IOException {
    SaliencyKeys keys = floats(Shape.of(), 3);

    for (SparsityPattern pattern : List.of(SparsityPattern.LAYER, SparsityPattern.ROW)) {
      assertThat(select(keys, 0.49, pattern).prunedCount()).isZero();
      assertThat(select(keys, 0.5, pattern).prunedCount()).isEqualTo(1);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> select(keys, 0.5, new Grouped(1, 2)))
        .withMessageContaining("groups of 2 do not fill");
  }

  @Test
  void zerosOfBothSignsTieAndAreTheSmallest() throws IOException {
    SaliencyKeys keys = floats(Shape.of(1, 5), Float.MIN_VALUE, -0f, 0f, -Float.MIN_VALUE, 0f);

    assertThat(select(keys, 0.4, SparsityPattern.LAYER).toBytes()).containsExactly(0b11001);
    assertThat(select(keys, 0.8, SparsityPattern.LAYER).toBytes()).containsExactly(0b01000);
  }

  @Test
  void subnormalNumbersRankByTheirValue() throws IOException {
    SaliencyKeys keys =
        floats(Shape.of(1, 4), Float.MIN_NORMAL, -3 * Float.MIN_VALUE, 2 * Float.MIN_VALUE, 1);

    assertThat(select(keys, 0.25, SparsityPattern.ROW).toBytes()).containsExactly(0b1011);
    assertThat(select(keys, 0.5, SparsityPattern.ROW).toBytes()).containsExactly(0b1001);
    assertThat(select(keys, 0.75, SparsityPattern.ROW).toBytes()).containsExactly(0b1000);
  }

  @Test
  void globalNeedsAllLayersTogether() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> select(floats(Shape.of(1), 1), 0.5, SparsityPattern.GLOBAL))
        .withMessageContaining("all layers together");
  }

  @Test
  void groupsMustFillTheInputChannelsOfAConvolution() throws IOException {
    SaliencyKeys keys = floats(Shape.of(1, 3, 2, 2), new float[12]);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> select(keys, 0.5, new Grouped(2, 4)))
        .withMessageContaining("groups of 4 do not fill")
        .withMessageContaining("3 inputs");
    Mask flattened = select(keys, 0.5, new Grouped(2, 4).with(ConvolutionLayout.FLATTENED));
    assertThat(flattened.prunedPerGroup(4)).containsExactly(2, 2, 2);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"U8", "I64", "F8_E4M3", "BOOL"})
  void onlyFloatsOfSixteenBitsOrMoreHaveMagnitudes(DType dtype) {
    TensorData data =
        TensorData.ofBytes(dtype, Shape.of(2), ByteBuffer.allocate(2 * dtype.bytes()));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> MagnitudeKeys.of(data))
        .withMessageContaining(dtype.name())
        .withMessageContaining("F16, BF16, F32, F64");
  }
}
