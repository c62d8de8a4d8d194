package io.github.espalier.metrics.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.metrics.FidGolden;
import io.github.espalier.metrics.FormulaImages;
import io.github.espalier.metrics.image.ImageDecoder;
import io.github.espalier.metrics.image.ImageFormat;
import io.github.espalier.metrics.resize.FloatImage;
import io.github.espalier.sd2.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The networks' inputs against those that the references make of the same files. */
class FidProtocolTest {
  private static final int STEP = 9973;

  /** Resizers are within 1e-6 of the range, which is 2 here. */
  private static final double TOLERANCE = 2e-6;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void equalsReference(FidProtocol protocol) throws IOException {
    JsonNode golden = FidGolden.of(protocol).get("inputs");
    assertThat(golden).hasSize(4);
    for (int i = 0; i < 4; i++) {
      RgbImage drawn = FormulaImages.ofSet(i / 2, i % 2);
      Path file = FormulaImages.write(folder, "image", i % 2 == 1, drawn);
      ImageFormat format = ImageFormat.of(file, Files.readAllBytes(file));
      FloatImage input = protocol.prepare(ImageDecoder.withDefaults().read(file), format);
      assertThat(input.width()).isEqualTo(299);
      assertThat(input.height()).isEqualTo(299);
      compare(input.values(), golden.get(i));
    }
  }

  private static void compare(float[] found, JsonNode golden) {
    JsonNode values = golden.get("values");
    assertThat(values).hasSize((found.length + STEP - 1) / STEP);
    double sum = 0;
    for (float value : found) {
      sum += value;
    }
    for (int i = 0; i < values.size(); i++) {
      assertThat((double) found[i * STEP]).isCloseTo(values.get(i).asDouble(), within(TOLERANCE));
    }
    // Differences by rounding do not all have one sign.
    assertThat(sum).isCloseTo(golden.get("sum").asDouble(), within(0.1 * TOLERANCE * found.length));
  }
}
