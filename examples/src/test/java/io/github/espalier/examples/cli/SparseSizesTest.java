package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SparseSizesTest {
  @Test
  void advisesOnlyWhereFilesGrew() {
    assertThat(new SparseSizes(200, 150).note())
        .startsWith("The files of weights have 75.00% of their former size.")
        .doesNotContain("--format");
    assertThat(new SparseSizes(200, 250).note())
        .startsWith("The files of weights grew to 125.00%")
        .contains("Without --format sparse every tool reads them");
  }
}
