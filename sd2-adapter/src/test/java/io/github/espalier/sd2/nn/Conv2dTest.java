package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.nn.Conv2d.Algorithm;
import io.github.espalier.sd2.nn.Conv2d.Geometry;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Conv2dTest {
  @Test
  void sizesOfOutputs() {
    assertThat(Geometry.SAME.outputHeight(5)).isEqualTo(5);
    assertThat(Geometry.HALVING.outputWidth(5)).isEqualTo(3);
    assertThat(Geometry.HALVING.outputWidth(6)).isEqualTo(3);
    assertThat(new Geometry(3, 2, 1, Padding.NONE).outputHeight(3)).isEqualTo(1);
    assertThat(new Geometry(3, 2, 1, Padding.NONE).outputWidth(3)).isEqualTo(2);
    assertThat(new Geometry(3, 2, 1, 2, Padding.NONE).outputHeight(5)).isEqualTo(1);
    assertThat(new Geometry(3, 2, 1, 2, Padding.NONE).outputWidth(5)).isEqualTo(3);
  }

  @Test
  void refusesImpossibleGeometries() {
    for (int[] each : new int[][] {{0, 3, 1}, {3, 0, 1}, {3, 3, 0}}) {
      assertThatThrownBy(() -> new Geometry(each[0], each[1], each[2], Padding.NONE))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new Geometry(3, 3, 1, 0, Padding.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("kernel 3x3 with stride 1 and dilation 0 is not possible");
    assertThatThrownBy(() -> new Padding(0, 0, -1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Division of integers would round the number of positions up to one. */
  @Test
  void refusesMapsSmallerThanTheKernel() {
    Geometry geometry = new Geometry(3, 3, 2, Padding.NONE);
    assertThatThrownBy(() -> geometry.outputHeight(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3");
    assertThatThrownBy(() -> geometry.outputWidth(1)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource
  void refusesMapsThatDoNotFit(Algorithm maps) throws IOException {
    Random random = new Random(1);
    try (RandomParameters parameters = new RandomParameters(random);
        Compute compute = Compute.withThreads(1)) {
      Conv2d conv = Conv2d.load(parameters, "conv", 8, 9, Geometry.SAME, maps);
      FeatureMap input = TestMaps.random(compute, 2, 4, 4, 8, random);
      FeatureMap narrow = TestMaps.random(compute, 2, 4, 4, 7, random);
      FeatureMap fewer = TestMaps.random(compute, 1, 4, 4, 9, random);
      FloatMatrix twoRows = compute.take(2, 9);

      assertThat(conv.outputs()).isEqualTo(9);
      assertThatThrownBy(() -> conv.forward(compute, narrow))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("conv.weight wants 8 channels, found 2 maps of 4x4 with 7 channels");
      assertThatThrownBy(() -> conv.addTo(compute, input, fewer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "conv.weight of 2 maps of 4x4 with 8 channels"
                  + " does not fit 1 maps of 4x4 with 9 channels");
      assertThatThrownBy(() -> conv.addTo(compute, input, input))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> conv.forward(compute, input, twoRows))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
