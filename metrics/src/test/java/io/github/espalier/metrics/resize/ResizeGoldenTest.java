package io.github.espalier.metrics.resize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import io.github.espalier.sd2.image.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every resizer against the library that it is named after, larger, smaller, odd, and one pixel.
 */
class ResizeGoldenTest {
  /** 1e-6 of the range of the values, 256: PyTorch sums in float32, Espalier in float64. */
  private static final double BOUND = 256e-6;

  private static JsonNode golden(String kind, Enum<?> resizer) throws IOException {
    try (InputStream stream = ResizeGoldenTest.class.getResourceAsStream("resize-golden.json")) {
      JsonNode cases =
          new ObjectMapper()
              .readTree(Objects.requireNonNull(stream))
              .path(kind)
              .path(resizer.name());
      assertThat(cases.size()).isEqualTo(21);
      return cases;
    }
  }

  @ParameterizedTest
  @EnumSource
  void bytesAreExact(ByteResizer resizer) throws IOException {
    for (JsonNode each : golden("bytes", resizer)) {
      JsonNode size = each.path("size");
      RgbImage image = Formula.bytes(size.path(0).asInt(), size.path(1).asInt());
      byte[] result = resizer.resize(image, size.path(2).asInt(), size.path(3).asInt()).pixels();
      if (each.has("values")) {
        assertThat(result).as("%s", size).isEqualTo(each.path("values").binaryValue());
      }
      assertThat(Hashing.sha256().hashBytes(result).toString())
          .as("%s", size)
          .isEqualTo(each.path("sha256").asText());
    }
  }

  @ParameterizedTest
  @EnumSource
  void floatsAreClose(FloatResizer resizer) throws IOException {
    for (JsonNode each : golden("floats", resizer)) {
      JsonNode size = each.path("size");
      FloatImage image = Formula.floats(size.path(0).asInt(), size.path(1).asInt());
      int width = size.path(2).asInt();
      int height = size.path(3).asInt();
      float[] result = resizer.resize(image, width, height).values();
      assertThat(result).hasSize(width * height);
      double bound = resizer.name().startsWith("PILLOW") ? 0 : BOUND;
      assertThat(farthest(result, each)).as("%s", size).isLessThanOrEqualTo(bound);
    }
  }

  private static double farthest(float[] result, JsonNode golden) throws IOException {
    int stride = golden.path("stride").asInt();
    FloatBuffer expected =
        ByteBuffer.wrap(golden.path("values").binaryValue())
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    assertThat(expected.capacity()).isEqualTo((result.length - 1) / stride + 1);
    double worst = 0;
    for (int i = 0; i < expected.capacity(); i++) {
      worst = Math.max(worst, Math.abs(result[i * stride] - expected.get(i)));
    }
    return worst;
  }
}
