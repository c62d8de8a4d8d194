package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DTypeTest {
  @ParameterizedTest
  @CsvSource({"BOOL, 1", "I8, 1", "F16, 2", "BF16, 2", "U32, 4", "F32, 4", "F64, 8", "C64, 8"})
  void elementsHaveTheirWidth(DType dtype, int bytes) {
    assertThat(dtype.bytes()).isEqualTo(bytes);
    assertThat(dtype.bits()).isEqualTo(8 * bytes);
  }

  @ParameterizedTest
  @CsvSource({"F4, 4", "F6_E2M3, 6", "F6_E3M2, 6"})
  void elementsNarrowerThanAByteHaveNoWidthInBytes(DType dtype, int bits) {
    assertThat(dtype.bits()).isEqualTo(bits);
    assertThatThrownBy(dtype::bytes)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(dtype + " has " + bits + " bits per element");
  }

  @Test
  void fourTypesCanBePruned() {
    assertThat(Arrays.stream(DType.values()).filter(DType::isPrunable))
        .containsExactly(DType.F16, DType.BF16, DType.F32, DType.F64);
  }

  @Test
  void namesAreExact() {
    assertThat(DType.byName("BF16")).contains(DType.BF16);
    assertThat(DType.byName("bf16")).isEmpty();
    assertThat(DType.byName("")).isEmpty();
  }
}
