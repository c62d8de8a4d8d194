package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Arguments that do not fit are refused before anything is computed. */
class MisuseTest {
  private final FormulaParameters parameters = new FormulaParameters();
  private final Compute compute = Compute.withThreads(1);

  @AfterEach
  void close() {
    compute.close();
    parameters.close();
  }

  private static void assertRefused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(parts);
  }

  private FeatureMap maps(int channels, int height, int width) {
    return new FeatureMap(parameters.room(height * width, channels), 1, height, width);
  }

  @Test
  void convolutions() throws IOException {
    for (Conv2d.Algorithm size : Conv2d.Algorithm.values()) {
      Conv2d conv = Conv2d.load(parameters, "c", 8, 9, Conv2d.Geometry.SAME, size);
      assertRefused(
          () -> conv.forward(compute, maps(7, 4, 4)), "c.weight", "8 channels", "with 7 channels");
      assertRefused(
          () -> conv.addTo(compute, maps(8, 4, 4), maps(9, 4, 5)), "c.weight", "4x4", "4x5");
      FloatMatrix shifts = parameters.room(1, 8);
      assertRefused(() -> conv.forward(compute, maps(8, 4, 4), shifts), "c.weight", "9", "1x8");
      Conv2d valid =
          Conv2d.load(parameters, "c", 8, 9, new Conv2d.Geometry(3, 3, 1, Padding.NONE), size);
      assertRefused(() -> valid.forward(compute, maps(8, 2, 2)), "c.weight", "2x2");
    }
    Conv2d.Geometry halving = new Conv2d.Geometry(3, 3, 2, new Padding(0, 1, 0, 1));
    Conv2d half = Conv2d.load(parameters, "c", 8, 9, halving, Conv2d.Algorithm.WINOGRAD);
    assertRefused(() -> half.forward(compute, maps(8, 1, 4)), "c.weight", "1x4");
    assertRefused(() -> new Conv2d.Geometry(3, 0, 1, Padding.NONE), "3x0");
    assertRefused(() -> new Padding(0, 0, -1, 0), "-1");
    assertThat(compute.workspace().lent()).isZero();
  }

  @Test
  void linearLayers() throws IOException {
    Linear linear = Linear.load(parameters, "fc", 5, 7);
    assertRefused(() -> linear.forward(compute, parameters.room(3, 4), 1), "fc.weight", "5", "3x4");
    assertRefused(
        () -> linear.addTo(compute, parameters.room(3, 5), 1, parameters.room(3, 6)),
        "fc.weight",
        "3x6");
    Geglu unit = Geglu.load(parameters, "ff", 5, 7);
    assertRefused(() -> unit.forward(compute, parameters.room(3, 4), 1), "ff.weight", "5", "3x4");
    assertThat(compute.workspace().lent()).isZero();
  }

  @Test
  void norms() throws IOException {
    assertRefused(() -> GroupNorm.load(parameters, "n", 6, 4, 1e-5), "n", "6", "4");
    GroupNorm group = GroupNorm.load(parameters, "n", 6, 3, 1e-5);
    for (int channels : List.of(5, 7)) {
      assertRefused(
          () -> group.forward(compute, maps(channels, 2, 2), GroupNorm.Then.NOTHING),
          "6 channels",
          "with " + channels + " channels");
    }
    LayerNorm layer = LayerNorm.load(parameters, "n", 6, 1e-5);
    assertRefused(() -> layer.forward(compute, parameters.room(2, 5)), "6", "2x5");
    assertThat(compute.workspace().lent()).isZero();
  }

  @Test
  void residualBlocks() throws IOException {
    FloatMatrix time = parameters.room(1, 5);
    ResnetBlock with = ResnetBlock.load(parameters, "r", 4, 4, 5, 2, 1e-5);
    assertRefused(() -> with.forward(compute, maps(4, 2, 2), null), "r needs");
    ResnetBlock without = ResnetBlock.load(parameters, "r", 4, 4, 0, 2, 1e-5);
    assertRefused(() -> without.forward(compute, maps(4, 2, 2), time), "r takes no");
  }

  @Test
  void attentions() {
    FloatMatrix six = parameters.room(6, 8);
    FloatMatrix four = parameters.room(4, 8);
    FloatMatrix narrow = parameters.room(6, 4);
    Attention two = new Attention(2, 2, 1, Attention.Mask.NONE);
    assertRefused(() -> two.forward(compute, six, narrow, narrow), "6x8", "6x4");
    assertRefused(() -> two.forward(compute, six, six, four), "6x8", "4x8");
    assertRefused(
        () -> new Attention(4, 2, 1, Attention.Mask.NONE).forward(compute, six, six, six),
        "4 samples");
    assertRefused(
        () -> new Attention(2, 3, 1, Attention.Mask.NONE).forward(compute, six, six, six),
        "3 heads");
    assertRefused(() -> new Attention(0, 2, 1, Attention.Mask.NONE), "0 samples");
    assertThat(compute.workspace().lent()).isZero();
  }

  @Test
  void maps() {
    assertRefused(() -> new FeatureMap(parameters.room(5, 2), 1, 2, 3), "5x2", "2x3");
    assertRefused(
        () -> Elementwise.concatenate(compute, maps(2, 3, 4), maps(2, 4, 3)), "3x4", "4x3");
    assertRefused(() -> Compute.withThreads(0), "0", "at least 1");
    assertThat(compute.workspace().lent()).isZero();
  }
}
