package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.nn.Attention.Mask;
import io.github.espalier.sd2.nn.GroupNorm.Then;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Norms and attention say what does not fit, and compute nothing. */
class MisfitTest {
  private final Random random = new Random(7);
  private final RandomParameters parameters = new RandomParameters(random);
  private final Compute compute = Compute.withThreads(1);

  @AfterEach
  void close() {
    compute.close();
    parameters.close();
  }

  @Test
  void norms() throws IOException {
    GroupNorm group = GroupNorm.load(parameters, "norm", 8, 4, 1e-5);
    LayerNorm layer = LayerNorm.load(parameters, "norm", 8, 1e-5);
    FeatureMap narrow = TestMaps.random(compute, 1, 2, 2, 4, random);
    FeatureMap wide = TestMaps.random(compute, 1, 2, 2, 12, random);

    for (FeatureMap each : new FeatureMap[] {narrow, wide}) {
      assertThatThrownBy(() -> group.forward(compute, each, Then.SILU))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("a norm of 8 channels does not fit 1 maps of 2x2 with");
      assertThatThrownBy(() -> layer.forward(compute, each.values()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("a norm of 8 columns does not fit a matrix of 4x");
    }
    assertThatThrownBy(() -> GroupNorm.load(parameters, "norm", 8, 3, 1e-5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("norm: 8 channels do not fall into 3 equal groups");
    assertThatThrownBy(() -> GroupNorm.load(parameters, "norm", 8, 0, 1e-5))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void attention() {
    assertThatThrownBy(() -> new Attention(0, 1, 1, Mask.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected at least 1 sample and 1 head, found 0 and 1");
    assertThatThrownBy(() -> new Attention(1, 0, 1, Mask.NONE))
        .isInstanceOf(IllegalArgumentException.class);
    Attention attention = new Attention(2, 3, 1, Mask.NONE);
    FloatMatrix good = compute.take(4, 6);
    for (int[] size : new int[][] {{4, 5}, {3, 6}, {0, 6}}) {
      FloatMatrix bad = compute.take(size[0], size[1]);
      assertThatThrownBy(() -> attention.forward(compute, good, bad, bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("3 heads of 2 samples do not fit a matrix of 4x6 and");
    }
    FloatMatrix bad = compute.take(6, 6);
    assertThatThrownBy(() -> attention.forward(compute, good, good, bad))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> attention.forward(compute, bad.rows(0, 5), good, good))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
