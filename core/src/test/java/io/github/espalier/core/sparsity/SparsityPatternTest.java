package io.github.espalier.core.sparsity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.core.sparsity.SparsityPattern.ConvolutionLayout;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.sparsity.SparsityPattern.IncompleteGroup;
import io.github.espalier.core.tensor.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparsityPatternTest {
  @Test
  void unstructuredPatternsHaveTheNameOfTheirGroup() {
    assertThat(SparsityPattern.parse("layer")).isEqualTo(SparsityPattern.LAYER);
    assertThat(SparsityPattern.parse(" Row ")).isEqualTo(SparsityPattern.ROW);
    assertThat(SparsityPattern.parse("GLOBAL")).isEqualTo(SparsityPattern.GLOBAL);
    assertThat(SparsityPattern.GLOBAL.label()).isEqualTo("global");
    assertThat(SparsityPattern.ROW.group()).isEqualTo(ComparisonGroup.ROW);
  }

  @Test
  void everyPatternIsReadFromItsLabel() {
    for (int size = 2; size <= 1024; size = size < 40 ? size + 1 : size + 123) {
      for (int zeros = 1; zeros < size; zeros++) {
        Grouped pattern = new Grouped(zeros, size);
        assertThat(SparsityPattern.parse(pattern.label())).isEqualTo(pattern);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 1:2", "2, 4, 2:4", "4, 8, 4:8", "3, 4, 3-zeros-of-4", "1, 4, 1-zeros-of-4"})
  void labelsUseTheBareFormOnlyWhereItIsUnambiguous(int zeros, int size, String label) {
    assertThat(new Grouped(zeros, size).label()).isEqualTo(label);
  }

  @ParameterizedTest
  @CsvSource({"1:4, 1-zeros-of-4", "3:4, 3-zeros-of-4", "8:4, 8-zeros-of-4"})
  void ambiguousFormsAreRefused(String text, String remedy) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparsityPattern.parse(text))
        .withMessageContaining("pattern '" + text + "' is ambiguous")
        .withMessageContaining("write " + remedy);
  }

  @Test
  void formsWithImpossibleNumbersAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparsityPattern.parse("0:0"))
        .withMessage("groupSize 0 is outside 2 to 1024");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparsityPattern.parse("4-zeros-of-4"))
        .withMessageContaining("zerosPerGroup 4 is outside 1 to 3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "layers", "2:", ":4", "2:4:8", "2-of-4", "-2:4", "2 : 4", "20000:40000"})
  void unknownFormsAreRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparsityPattern.parse(text))
        .withMessageContaining("unknown pattern '" + text + "'")
        .withMessageContaining("layer, row, global, 2:4, 4:8, or such as 3-zeros-of-4");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, groupSize 1 is outside 2 to 1024",
    "1, 1025, groupSize 1025 is outside 2 to 1024",
    "0, 4, zerosPerGroup 0 is outside 1 to 3 for groups of 4",
    "4, 4, zerosPerGroup 4 is outside 1 to 3 for groups of 4",
    "-1, 2, zerosPerGroup -1 is outside 1 to 1 for groups of 2",
  })
  void numbersOutOfRangeAreRefused(int zeros, int size, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Grouped(zeros, size))
        .withMessage(message);
  }

  @Test
  void optionsChangeOnlyThemselves() {
    Grouped pattern = new Grouped(2, 4);
    Grouped changed = pattern.with(ConvolutionLayout.FLATTENED).with(IncompleteGroup.SKIP_LAYER);

    assertThat(pattern)
        .isEqualTo(new Grouped(2, 4, ConvolutionLayout.INPUT_CHANNELS, IncompleteGroup.REFUSE));
    assertThat(changed)
        .isEqualTo(new Grouped(2, 4, ConvolutionLayout.FLATTENED, IncompleteGroup.SKIP_LAYER));
    assertThat(pattern.sparsity()).isEqualTo(Sparsity.of(0.5));
  }

  @Test
  void columnsAreListedGroupByGroup() {
    Grouped channels = new Grouped(1, 2);
    Shape convolution = Shape.of(3, 4, 1, 2);

    assertThat(channels.inputOrder(convolution)).containsExactly(0, 2, 4, 6, 1, 3, 5, 7);
    assertThat(channels.with(ConvolutionLayout.FLATTENED).inputOrder(convolution))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(channels.inputOrder(Shape.of(3, 4))).containsExactly(0, 1, 2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> channels.inputOrder(Shape.of(3, 5)))
        .withMessage("groups of 2 do not fill 5 inputs of shape [3, 5]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> channels.inputOrder(Shape.of(1, 1L << 31)))
        .withMessageContaining("more than 2^31-1 columns");
  }

  @ParameterizedTest
  @CsvSource({"'0,6,3,3'", "'8,0,3,3'", "'8,6,0,3'", "'0,6'", "'6,0'", "'0'"})
  void emptyLayersFitEveryPattern(String extents) {
    Shape shape =
        Shape.of(Arrays.stream(extents.split(",", -1)).mapToLong(Long::parseLong).toArray());
    for (ConvolutionLayout layout : ConvolutionLayout.values()) {
      Grouped pattern = new Grouped(2, 4).with(layout);

      assertThat(pattern.groupedInputs(shape)).isZero();
      assertThat(pattern.misfit(shape)).isEmpty();
      assertThat(pattern.inputOrder(shape)).isEmpty();
    }
  }

  @Test
  void groupsRunAlongInputChannelsOrColumns() {
    Grouped channels = new Grouped(2, 4);
    Grouped flattened = channels.with(ConvolutionLayout.FLATTENED);
    Shape convolution = Shape.of(8, 6, 2, 2);

    assertThat(channels.groupedInputs(convolution)).isEqualTo(6);
    assertThat(flattened.groupedInputs(convolution)).isEqualTo(24);
    assertThat(channels.groupedInputs(Shape.of(8, 6))).isEqualTo(6);
    assertThat(channels.groupedInputs(Shape.of())).isEqualTo(1);
    assertThat(channels.misfit(convolution)).contains("groups of 4 do not fill 6 inputs");
    assertThat(flattened.misfit(convolution)).isEmpty();
  }
}
