package io.github.espalier.metrics.resize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.sd2.image.RgbImage;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Planes of floats, and sizes that there are not. */
class FloatImageTest {
  private static final RgbImage IMAGE = new RgbImage(2, 1, new byte[] {1, 2, 3, -1, 0, 51});

  @Test
  void convertsBytes() {
    FloatImage image = FloatImage.of(IMAGE);
    assertThat(image.values()).containsExactly(1, 255, 2, 0, 3, 51);
    assertThat(image.channels()).isEqualTo(3);
    assertThat(image.width()).isEqualTo(2);
    assertThat(image.height()).isEqualTo(1);
    assertThat(image.dividedBy(255).values())
        .containsExactly(1 / 255f, 1, 2 / 255f, 0, 3 / 255f, 0.2f);
  }

  /** Wider, narrower, higher, lower, very tall, and as it was. */
  @Test
  void bytesAreResizedAsTheirFloatsAre() {
    for (int[] size : new int[][] {{7, 5}, {31, 3}, {3, 29}, {2, 400}, {1, 1}, {11, 13}}) {
      byte[] pixels = new byte[3 * size[0] * size[1]];
      new Random(size[0]).nextBytes(pixels);
      RgbImage image = new RgbImage(size[0], size[1], pixels);
      for (FloatResizer resizer : FloatResizer.values()) {
        for (float divisor : new float[] {1, 255}) {
          assertThat(resizer.resize(image, divisor, 11, 13))
              .as("%s of %s", resizer, image)
              .isEqualTo(resizer.resize(FloatImage.of(image).dividedBy(divisor), 11, 13));
        }
      }
    }
  }

  @Test
  void isNotChangedFromOutside() {
    float[] values = {1, 2};
    FloatImage image = new FloatImage(1, 2, 1, values);
    values[0] = 9;
    image.values()[1] = 9;
    assertThat(image.values()).containsExactly(1, 2);
    assertThat(image).isEqualTo(new FloatImage(1, 2, 1, new float[] {1, 2}));
    assertThat(image).isNotEqualTo(new FloatImage(2, 1, 1, new float[] {1, 2}));
  }

  @Test
  void refusesSizesThatThereAreNot() {
    assertThatThrownBy(() -> new FloatImage(1, 2, 2, new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 values are not 1 planes of 2x2");
    FloatImage image = FloatImage.of(IMAGE);
    assertThatThrownBy(() -> FloatResizer.TORCH_BILINEAR.resize(image, 0, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a size of 0x4 with 3 channels, expected at least 1 of each");
    assertThatThrownBy(() -> ByteResizer.PILLOW_BICUBIC.resize(IMAGE, 40_000, 40_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("40000x40000");
  }
}
