package io.github.espalier.metrics.manifold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.metrics.feature.FeatureSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrecisionRecallTest {
  private static FeatureSet line(float... values) {
    FeatureSet.Collector collector = new FeatureSet.Collector(1, values.length);
    for (float value : values) {
      collector.add(value);
    }
    return collector.snapshot();
  }

  /** Radii of 0, 1, 3 are 1, 1, 2: they cover -1 to 5. Radii of 5, 6, 20 are 1, 1, 14. */
  @Test
  void onALine() {
    PrecisionRecall found = PrecisionRecall.of(line(0, 1, 3), line(5, 6, 20), 1);
    assertThat(found.precision()).isEqualTo(1.0 / 3);
    assertThat(found.recall()).isZero();
  }

  /** Balls of radius 0 hold their centre, however products are rounded. */
  @Test
  void copiesCoverThemselves() {
    Random random = new Random(8);
    FeatureSet.Collector collector = new FeatureSet.Collector(100, 40);
    float[] row = new float[100];
    for (int i = 0; i < 40; i++) {
      if (i % 4 == 0) {
        for (int j = 0; j < row.length; j++) {
          row[j] = 1000 * random.nextFloat();
        }
      }
      collector.add(row);
    }
    FeatureSet set = collector.snapshot();
    assertThat(PrecisionRecall.of(set, set)).isEqualTo(new PrecisionRecall(1, 1));
  }

  /** As torch-fidelity's own test: narrow samples are precise and recall little. */
  @Test
  void narrowSamples() {
    Random random = new Random(9);
    FeatureSet.Collector narrow = new FeatureSet.Collector(16, 200);
    FeatureSet.Collector wide = new FeatureSet.Collector(16, 200);
    for (int i = 0; i < 200; i++) {
      float[] small = new float[16];
      float[] large = new float[16];
      for (int j = 0; j < 16; j++) {
        small[j] = (float) (0.1 * random.nextGaussian());
        large[j] = (float) (3 * random.nextGaussian());
      }
      narrow.add(small);
      wide.add(large);
    }
    PrecisionRecall found = PrecisionRecall.of(wide.snapshot(), narrow.snapshot());
    assertThat(found.precision()).isGreaterThan(0.8);
    assertThat(found.recall()).isLessThan(0.3);
  }

  @Test
  void tooFewAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PrecisionRecall.of(line(1, 2, 3), line(1, 2, 3, 4)))
        .withMessage(
            "neighbour 3 of each of 3 and 4 vectors: there must be more than that, and it must be"
                + " at least 1");
  }
}
