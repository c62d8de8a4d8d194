package io.github.espalier.metrics.resize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.sd2.image.RgbImage;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds of every resizer. */
class ResizerProperties {
  @Property(tries = 200, seed = "501")
  void aConstantStaysOne(
      @ForAll FloatResizer resizer,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll @IntRange(min = 1, max = 40) int newWidth,
      @ForAll @IntRange(min = 1, max = 40) int newHeight) {
    float[] values = new float[2 * width * height];
    Arrays.fill(values, 100);
    FloatImage result =
        resizer.resize(new FloatImage(2, width, height, values), newWidth, newHeight);
    assertThat(result.values()).hasSize(2 * newWidth * newHeight);
    for (float value : result.values()) {
      // Weights in float32 add up to 1 within a few units in the last place, in either direction.
      assertThat(value).isCloseTo(100, within(1e-4f));
    }
  }

  @Property(tries = 200, seed = "502")
  void theOwnSizeChangesNothing(
      @ForAll FloatResizer resizer,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int height) {
    FloatImage image = Formula.floats(width, height);
    assertThat(resizer.resize(image, width, height)).isEqualTo(image);
  }

  @Property(tries = 200, seed = "503")
  void planesAreResizedEachForItself(
      @ForAll FloatResizer resizer,
      @ForAll @IntRange(min = 1, max = 40) int newWidth,
      @ForAll @IntRange(min = 1, max = 40) int newHeight) {
    float[] both = Formula.floats(7, 18).values();
    float[] second = Arrays.copyOfRange(both, 63, 126);
    float[] result = resizer.resize(new FloatImage(2, 7, 9, both), newWidth, newHeight).values();
    int plane = newWidth * newHeight;
    assertThat(Arrays.copyOfRange(result, plane, 2 * plane))
        .isEqualTo(resizer.resize(new FloatImage(1, 7, 9, second), newWidth, newHeight).values());
  }

  /** Of grey levels from 64 to 191, which no bicubic weights lead out of 0 to 255. */
  @Property(tries = 200, seed = "504")
  void bytesAreFloatsRounded(
      @ForAll ByteResizer resizer,
      @ForAll @IntRange(min = 1, max = 40) int newWidth,
      @ForAll @IntRange(min = 1, max = 40) int newHeight) {
    byte[] pixels = Formula.bytes(11, 8).pixels();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (64 + (pixels[i] & 0x7f));
    }
    RgbImage image = new RgbImage(11, 8, pixels);
    byte[] bytes = resizer.resize(image, newWidth, newHeight).pixels();
    float[] floats =
        FloatResizer.valueOf(resizer.name())
            .resize(FloatImage.of(image), newWidth, newHeight)
            .values();
    int plane = newWidth * newHeight;
    for (int i = 0; i < bytes.length; i++) {
      // 0.5 from the second rounding; 0.5 from the first, whose weights add up to at most 1.3 with
      // their signs dropped.
      assertThat((float) (bytes[i] & 0xff))
          .isCloseTo(floats[(i % 3) * plane + i / 3], within(1.15f));
    }
  }
}
