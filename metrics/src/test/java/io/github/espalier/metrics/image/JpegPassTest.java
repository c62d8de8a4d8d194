package io.github.espalier.metrics.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import io.github.espalier.metrics.FormulaImages;
import io.github.espalier.sd2.image.RgbImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against what Pillow leaves of images by the formulas of {@code make_jpeg_golden.py}. */
class JpegPassTest {
  static List<String> cases() throws IOException {
    String text = new String(TestImages.bytes("jpeg-pass.tsv"), StandardCharsets.UTF_8);
    List<String> lines = text.lines().skip(1).toList();
    assertThat(lines).hasSize(44);
    return lines;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsPillow(String line) {
    List<String> fields = List.of(line.split("\t"));
    int width = Integer.parseInt(fields.get(1));
    int height = Integer.parseInt(fields.get(2));
    RgbImage passed = JpegPass.apply(FormulaImages.of(fields.get(0), width, height, 0));
    assertThat(passed.width()).isEqualTo(width);
    assertThat(passed.height()).isEqualTo(height);
    assertThat(Hashing.sha256().hashBytes(passed.pixels()).toString()).isEqualTo(fields.get(3));
  }

  @Test
  void refusesWhatNoJpegFileHolds() {
    RgbImage wide = new RgbImage(65_501, 1, new byte[3 * 65_501]);
    assertThatThrownBy(() -> JpegPass.apply(wide))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an image of 65501x1 cannot be a JPEG file: neither extent may exceed 65500");
  }
}
