package io.github.espalier.core.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.sparsity.SparsityPattern.ConvolutionLayout;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MaskTest {
  @Test
  void rowsAndColumnsFollowTheShape() {
    Mask convolution = Mask.keepAll(Shape.of(4, 3, 2, 2));
    assertThat(convolution.rows()).isEqualTo(4);
    assertThat(convolution.columns()).isEqualTo(12);

    Mask vector = Mask.keepAll(Shape.of(5));
    assertThat(vector.rows()).isEqualTo(5);
    assertThat(vector.columns()).isEqualTo(1);

    Mask scalar = Mask.pruneAll(Shape.of());
    assertThat(scalar.rows()).isEqualTo(1);
    assertThat(scalar.columns()).isEqualTo(1);
    assertThat(scalar.prunedPerRow()).containsExactly(1);

    Mask empty = Mask.keepAll(Shape.of(0, 5));
    assertThat(empty.rows()).isZero();
    assertThat(empty.columns()).isZero();
    assertThat(empty.prunedPerGroup(4)).isEmpty();
    assertThat(empty.toBytes()).isEmpty();
    assertThat(Mask.keepAll(Shape.of(3, 0)).prunedPerRow()).containsExactly(0, 0, 0);
  }

  @Test
  void masksOfDifferentShapesNeitherCombineNorEqual() {
    Mask one = Mask.keepAll(Shape.of(2, 3));
    Mask other = Mask.keepAll(Shape.of(3, 2));

    assertThat(one).isNotEqualTo(other);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.and(other))
        .withMessage("masks of shapes [2, 3] and [3, 2] cannot be combined");
    assertThatIllegalArgumentException().isThrownBy(() -> one.or(other));
  }

  @Test
  void indicesAreChecked() {
    Mask mask = Mask.keepAll(Shape.of(65));

    assertThat(mask.isKept(64)).isTrue();
    assertThatThrownBy(() -> mask.isKept(65))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("weight 65 of a tensor of 65 weights");
    assertThatThrownBy(() -> mask.isKept(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> mask.keptWord(2)).isInstanceOf(IndexOutOfBoundsException.class);
    MaskBuilder builder = Mask.builder(Shape.of(65));
    assertThatThrownBy(() -> builder.prune(65)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> builder.pruneWord(2, 1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void groupsMustDivideTheColumns() {
    Mask mask = Mask.keepAll(Shape.of(2, 6));

    for (int size : new int[] {4, 7, 0, -3}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> mask.prunedPerGroup(size))
          .withMessage("groups of " + size + " do not divide rows of 6");
    }
  }

  @Test
  void aBuilderIsSpentOnceItHasBuilt() {
    MaskBuilder builder = Mask.builder(Shape.of(3)).prune(1);
    Mask mask = builder.build();

    assertThatIllegalStateException().isThrownBy(builder::build);
    assertThatIllegalStateException().isThrownBy(() -> builder.prune(0));
    assertThatIllegalStateException().isThrownBy(() -> builder.pruneWord(0, 1));
    assertThat(mask.toBytes()).containsExactly(0b101);
  }

  @Test
  void tooLargeShapesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mask.builder(Shape.of(1L << 18, 1L << 18)))
        .withMessageContaining("2^36");
    long tooMany = 1L << 31;
    for (Shape shape : List.of(Shape.of(tooMany), Shape.of(1, tooMany), Shape.of(2, 3, tooMany))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Mask.builder(shape))
          .withMessage("a mask cannot have more than 2^31-1 rows or columns: " + shape);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mask.fromBytes(Shape.of(tooMany, 0), new byte[0]));
  }

  @Test
  void groupsOfInputChannelsAreCountedAtEachKernelPosition() {
    // Two channels of two positions: columns 0 and 2 are one group, 1 and 3 the other.
    Mask mask = Mask.builder(Shape.of(2, 2, 1, 2)).prune(0).prune(2).prune(4).prune(5).build();
    Grouped channels = new Grouped(1, 2);

    assertThat(mask.prunedPerGroup(channels)).containsExactly(2, 0, 1, 1);
    assertThat(mask.prunedPerGroup(channels.with(ConvolutionLayout.FLATTENED)))
        .isEqualTo(mask.prunedPerGroup(2))
        .containsExactly(1, 1, 2, 0);
    assertThat(Mask.keepAll(Shape.of(0, 3, 1, 1)).prunedPerGroup(channels)).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mask.prunedPerGroup(new Grouped(1, 3)))
        .withMessage("groups of 3 do not fill 2 inputs of shape [2, 2, 1, 2]");
  }

  @Test
  void textTellsTheCounts() {
    assertThat(Mask.builder(Shape.of(2, 3)).prune(1).build())
        .hasToString("Mask[2, 3] pruning 1 of 6");
  }

  @Test
  void setsFindMasksByNameAndNeverChange() {
    Mask mask = Mask.keepAll(Shape.of(1));
    Map<String, Mask> map = new HashMap<>(Map.of("b", mask, "a", mask));
    MaskSet set = new MaskSet(map);
    map.clear();

    assertThat(set.of("a")).contains(mask);
    assertThat(set.of("c")).isEmpty();
    assertThat(List.copyOf(set.masks().keySet())).containsExactly("a", "b");
    assertThatThrownBy(() -> set.masks().clear()).isInstanceOf(UnsupportedOperationException.class);
  }
}
