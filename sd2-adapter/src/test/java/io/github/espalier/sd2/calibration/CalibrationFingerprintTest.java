package io.github.espalier.sd2.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.model.ModelRewrite;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.model.RewriteOptions;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalibrationFingerprintTest {
  private static final Component UNET = new Component("unet");
  private static final Shape SHAPE = Shape.of(300, 200);

  /** A model of one layer, whose numbers are all 1 but one. */
  private record OneLayer(int place, float value) implements PrunableModel {
    @Override
    public Path source() {
      return Path.of("one");
    }

    @Override
    public List<Layer> layers() {
      return List.of(new Layer("a.weight", UNET, LayerKind.LINEAR, SHAPE, DType.F32));
    }

    @Override
    public TensorData weights(Layer layer) {
      float[] values = new float[(int) SHAPE.elements()];
      Arrays.fill(values, 1);
      values[place] = value;
      return TensorData.ofFloats(SHAPE, values);
    }

    @Override
    public ModelRewrite rewrite(Path target, List<Layer> pruned, RewriteOptions options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static String hash(int place, float value) throws IOException {
    return CalibrationFingerprint.weightsOf(new OneLayer(place, value), UNET);
  }

  /** At both ends and in the middle of a tensor of several pieces. */
  @Test
  void everyWeightCounts() throws IOException {
    String dense = hash(0, 1);
    assertThat(hash(7, 1)).isEqualTo(dense);
    for (int place : new int[] {0, 1500, 30_000, 32_768, 58_000, 59_999}) {
      assertThat(hash(place, 1.0000001f)).as("weight %s", place).isNotEqualTo(dense);
    }
  }

  @Test
  void componentsCountByThemselves() throws IOException {
    assertThat(CalibrationFingerprint.weightsOf(new OneLayer(0, 1), new Component("vae")))
        .isEqualTo(CalibrationFingerprint.weightsOf(new OneLayer(0, 2), new Component("vae")));
  }
}
