package io.github.espalier.core.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SparsityAllocationsTest {
  @Test
  void findsUniform() {
    assertThat(SparsityAllocations.names()).contains("uniform");
    assertThat(SparsityAllocations.named("uniform")).isInstanceOf(UniformAllocation.class);
  }

  @Test
  void namesWhatThereIs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparsityAllocations.named("unifrom"))
        .withMessageContaining("'unifrom'")
        .withMessageContaining("nearest: uniform");
  }
}
