package io.github.espalier.sd2.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
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
   * At most 1 grey level on 99.9 % of the pixels and 3 anywhere. Both sides compute in binary32,
   * and diffusers' own distance to binary64 is up to 1 level.
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
    int[] differences = new int[256];
    int at = 0;
    for (GeneratedImage image : images.values()) {
      assertThat(image.calls()).isEqualTo(run.calls());
      for (byte value : image.image().pixels()) {
        differences[Math.abs((value & 0xff) - (expected[at] & 0xff))]++;
        at++;
      }
    }
    assertThat(at).isEqualTo(expected.length);
    int atMostOne = differences[0] + differences[1];
    assertThat((double) atMostOne / at).as("share within 1 level").isGreaterThanOrEqualTo(0.999);
    for (int level = 4; level < differences.length; level++) {
      assertThat(differences[level]).as("pixels off by " + level).isZero();
    }
  }
}
