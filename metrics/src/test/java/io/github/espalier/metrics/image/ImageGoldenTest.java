package io.github.espalier.metrics.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import io.github.espalier.sd2.image.RgbImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of every kind against Pillow, pixel by pixel. */
class ImageGoldenTest {
  static List<String> cases() throws IOException {
    List<String> lines =
        new String(TestImages.bytes("golden.tsv"), StandardCharsets.UTF_8).lines().skip(1).toList();
    assertThat(lines).hasSizeGreaterThan(40);
    return lines;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsPillow(String line) throws IOException {
    List<String> fields = List.of(line.split("\t"));
    RgbImage image = ImageDecoder.withDefaults().read(TestImages.file(fields.get(0)));
    assertThat(image.width()).isEqualTo(Integer.parseInt(fields.get(1)));
    assertThat(image.height()).isEqualTo(Integer.parseInt(fields.get(2)));
    assertThat(Hashing.sha256().hashBytes(image.pixels()).toString()).isEqualTo(fields.get(3));
  }
}
