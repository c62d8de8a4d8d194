package io.github.espalier.sd2.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images against diffusers', pixel by pixel. */
class TextToImageGoldenTest {
  static List<GoldenRuns.Run> runs() {
    return GoldenRuns.all();
  }

  /**
   * At most 1 level in all three colours of 99.9 % of each image's pixels, and 3 anywhere. Both
   * sides compute in binary32, and diffusers' own distance to binary64 is up to 1 level.
   */
  @ParameterizedTest
  @MethodSource("runs")
  void imagesAreThoseOfDiffusers(GoldenRuns.Run run) throws IOException {
    Map<Integer, GeneratedImage> images = new TreeMap<>();
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(run.checkpoint());
        TextToImage pipeline = TextToImage.load(checkpoint)) {
      pipeline.generate(
          run.requests(),
          run.settings(),
          2,
          image -> images.put(image.index(), image),
          new Cancellation());
    }
    assertThat(images).hasSameSizeAs(run.requests());
    byte[] expected = run.images();
    int size = expected.length / images.size();
    int at = 0;
    for (GeneratedImage image : images.values()) {
      assertThat(image.calls()).isEqualTo(run.calls());
      byte[] pixels = image.image().pixels();
      assertThat(pixels).hasSize(size);
      assertClose(pixels, Arrays.copyOfRange(expected, at, at + size));
      at += size;
    }
  }

  private static void assertClose(byte[] found, byte[] expected) {
    int[] pixels = new int[256];
    for (int at = 0; at < found.length; at += 3) {
      int largest = 0;
      for (int colour = at; colour < at + 3; colour++) {
        largest = Math.max(largest, Math.abs((found[colour] & 0xff) - (expected[colour] & 0xff)));
      }
      pixels[largest]++;
    }
    double within = pixels[0] + pixels[1];
    assertThat(within / (found.length / 3.0)).as("share within 1").isGreaterThanOrEqualTo(0.999);
    assertThat(Arrays.stream(pixels, 4, 256).sum()).as("pixels off by 4 or more").isZero();
  }
}
