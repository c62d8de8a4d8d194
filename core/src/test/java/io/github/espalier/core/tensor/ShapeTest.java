package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void describesATensor() {
    Shape shape = Shape.of(320, 4, 3, 3);

    assertThat(shape.rank()).isEqualTo(4);
    assertThat(shape.extent(1)).isEqualTo(4);
    assertThat(shape.elements()).isEqualTo(11520);
    assertThat(shape.toArray()).containsExactly(320, 4, 3, 3);
    assertThat(shape).hasToString("[320, 4, 3, 3]");
    assertThatThrownBy(() -> shape.extent(4)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aScalarHasOneElementAndAZeroExtentNone() {
    assertThat(Shape.of().elements()).isEqualTo(1);
    assertThat(Shape.of()).hasToString("[]");
    assertThat(Shape.of(3, 0).elements()).isZero();
  }

  @Test
  void neverChanges() {
    long[] extents = {2, 3};
    Shape shape = Shape.of(extents);
    extents[0] = 9;
    shape.toArray()[1] = 9;

    assertThat(shape).isEqualTo(Shape.of(List.of(2L, 3L)));
    assertThat(shape.hashCode()).isEqualTo(Shape.of(2, 3).hashCode());
    assertThat(shape).isNotEqualTo(Shape.of(3, 2)).isNotEqualTo(Shape.of(2, 3, 1));
  }

  @Test
  void refusesNegativeExtentsAndTooManyElements() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(2, -1))
        .withMessageContaining("negative extent -1 in shape [2, -1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(1L << 32, 1L << 31))
        .withMessageContaining("[4294967296, 2147483648]");
    assertThat(Shape.of(1L << 31, 1L << 31).elements()).isEqualTo(1L << 62);
  }

  @Test
  void sizesInBytesAreExact() {
    assertThat(Shape.of(3, 5).byteSize(DType.BF16)).isEqualTo(30);
    assertThat(Shape.of().byteSize(DType.F64)).isEqualTo(8);
    assertThat(Shape.of(0, 7).byteSize(DType.C64)).isZero();
    assertThat(Shape.of(6).byteSize(DType.F4)).isEqualTo(3);
    assertThat(Shape.of(4).byteSize(DType.F6_E2M3)).isEqualTo(3);
    assertThat(Shape.of(Long.MAX_VALUE).byteSize(DType.U8)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void sizesThatAreNoLongOrNoWholeBytesAreRefused() {
    // 2^62 elements of 16 bits are 2^66 bits, which wrap around to none.
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(1L << 62).byteSize(DType.F16))
        .withMessageContaining("more than 2^63-1 bytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(3).byteSize(DType.F4))
        .withMessageContaining("F4 [3] does not fill whole bytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(2).byteSize(DType.F6_E3M2))
        .withMessageContaining("does not fill whole bytes");
  }
}
