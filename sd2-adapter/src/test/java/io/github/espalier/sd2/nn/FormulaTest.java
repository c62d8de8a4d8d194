package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The numbers here were printed by {@code src/test/python/formula.py}; floats agree exactly. */
class FormulaTest {
  @Test
  void inputs() {
    float[] values = Formula.input("input", 50, 100);
    assertThat(values).hasSize(5000);
    assertThat(values).startsWith(-0x1.d2f60cp-1f, 0x1.8418d8p-1f, -0x1.eb7ec0p-5f);
    assertThat(values).endsWith(0x1.b07ab4p-1f, -0x1.1246f0p-2f);
    double sum = 0;
    for (float each : values) {
      sum += each;
    }
    assertThat(sum).isEqualTo(-9.573498249053955);
  }

  @Test
  void centreScaleAndNamesInUtf8() {
    assertThat(Formula.values("\u00e9", 4, 1000, 0.1))
        .containsExactly(0x1.f3fedap+9f, 0x1.f40040p+9f, 0x1.f40146p+9f, 0x1.f3f45cp+9f);
  }

  @Test
  void weightsByNameAndShape() {
    assertThat(Formula.weight("a.weight", 7))
        .startsWith(0x1.f9403ep-1f, 0x1.f27d18p-1f, 0x1.14cd8ep+0f);
    assertThat(Formula.weight("a.bias", 7))
        .startsWith(0x1.3b4d0cp-6f, 0x1.fcab66p-8f, -0x1.039280p-7f);
    assertThat(Formula.weight("token_embedding.weight", 3, 5))
        .startsWith(-0x1.7f8708p-2f, -0x1.3fc1a4p-2f, -0x1.65dda4p-2f);
    assertThat(Formula.weight("time_embedding.linear_1.weight", 4, 6))
        .startsWith(-0x1.6e092cp-3f, -0x1.27cb7ep-2f, -0x1.195af0p-2f);
    assertThat(Formula.weight("conv.weight", 2, 5, 3, 3)).endsWith(0x1.5422dep-6f, 0x1.06428cp-2f);
  }
}
