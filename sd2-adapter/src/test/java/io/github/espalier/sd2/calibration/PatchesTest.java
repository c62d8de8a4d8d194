package io.github.espalier.sd2.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.nn.Conv2d;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.Padding;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Unfolding against its definition. */
class PatchesTest {
  private static final int CHANNELS = 3;
  private static final int HEIGHT = 5;
  private static final int WIDTH = 4;
  private static final int SAMPLES = 2;

  /** A number that says where it is, other than zero. */
  private static float at(int sample, int channel, int y, int x) {
    return 1 + x + 10 * y + 100 * channel + 1000 * sample;
  }

  private static FeatureMap map(TensorScope scope) {
    FloatMatrix values = FloatMatrix.of(scope.zeros(SAMPLES * HEIGHT * WIDTH, CHANNELS));
    for (int sample = 0; sample < SAMPLES; sample++) {
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          for (int channel = 0; channel < CHANNELS; channel++) {
            int row = (sample * HEIGHT + y) * WIDTH + x;
            values.put(row, channel, new float[] {at(sample, channel, y, x)}, 0, 1);
          }
        }
      }
    }
    return new FeatureMap(values, SAMPLES, HEIGHT, WIDTH);
  }

  @Test
  void eachPatchIsChannelThenRowThenColumnOfTheKernel() {
    List<Conv2d.Geometry> geometries =
        List.of(
            Conv2d.Geometry.SAME,
            Conv2d.Geometry.HALVING,
            new Conv2d.Geometry(1, 1, 1, Padding.NONE),
            new Conv2d.Geometry(2, 3, 2, new Padding(0, 1, 2, 0)),
            new Conv2d.Geometry(3, 2, 1, 2, new Padding(1, 0, 1, 1)));
    try (TensorScope scope = new TensorScope()) {
      FeatureMap map = map(scope);
      for (Conv2d.Geometry geometry : geometries) {
        Patches patches = new Patches(map, geometry);
        int positions = geometry.outputHeight(HEIGHT) * geometry.outputWidth(WIDTH);
        assertThat(patches.positions()).isEqualTo(positions);
        // From the second position on, as a later chunk begins.
        FloatMatrix found = FloatMatrix.of(scope.zeros(positions - 1, patches.size()));
        for (int sample = 0; sample < SAMPLES; sample++) {
          patches.unfold(sample, 1, found);
          for (int position = 1; position < positions; position++) {
            check(geometry, sample, position, found.rows(position - 1, 1));
          }
        }
      }
    }
  }

  private static void check(Conv2d.Geometry geometry, int sample, int position, FloatMatrix row) {
    int outputWidth = geometry.outputWidth(WIDTH);
    for (int channel = 0; channel < CHANNELS; channel++) {
      for (int kh = 0; kh < geometry.height(); kh++) {
        for (int kw = 0; kw < geometry.width(); kw++) {
          int top = position / outputWidth * geometry.stride() - geometry.padding().top();
          int left = position % outputWidth * geometry.stride() - geometry.padding().left();
          int y = top + kh * geometry.dilation();
          int x = left + kw * geometry.dilation();
          boolean inside = y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH;
          int column = (channel * geometry.height() + kh) * geometry.width() + kw;
          assertThat(row.get(0, column)).isEqualTo(inside ? at(sample, channel, y, x) : 0f);
        }
      }
    }
  }
}
