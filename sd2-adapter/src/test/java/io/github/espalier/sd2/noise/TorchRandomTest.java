package io.github.espalier.sd2.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TorchRandomTest {
  private static final int GROUP = 16;

  /** The most seen among a million values is 4.8e-7: one to three units in the last place. */
  private static final double TOLERANCE = 6e-7;

  /** Rounding errors of 16384 values, were they all of one sign. */
  private static final double SUM_TOLERANCE = 16384 * 3e-8;

  static Stream<JsonNode> cases() throws IOException {
    return StreamSupport.stream(golden().get("cases").spliterator(), false);
  }

  private static JsonNode golden() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(TorchRandomTest.class.getResourceAsStream("noise-golden.json"))) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static long seed(JsonNode of) {
    String text = of.get("seed").textValue();
    return text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void drawsWhatTorchDraws(JsonNode golden) throws IOException {
    int stride = golden().get("stride").intValue();
    TorchRandom random = TorchRandom.seeded(seed(golden));
    for (JsonNode call : golden.get("calls")) {
      float[] drawn = random.normals(call.get("length").intValue());
      if (call.has("values")) {
        assertThat(drawn).hasSize(call.get("values").size());
        compare(drawn, 1, call.get("values"));
      } else {
        compare(drawn, stride, call.get("samples"));
        double sum = 0;
        double squares = 0;
        for (float value : drawn) {
          sum += value;
          squares += (double) value * value;
        }
        assertThat(sum).isCloseTo(call.get("sum").doubleValue(), within(SUM_TOLERANCE));
        assertThat(squares).isCloseTo(call.get("squares").doubleValue(), within(SUM_TOLERANCE * 2));
      }
    }
  }

  private static void compare(float[] drawn, int stride, JsonNode expected) {
    for (int i = 0; i < expected.size(); i++) {
      float value = drawn[i * stride];
      if (drawn.length < GROUP) {
        assertThat(value).as("value %d", i).isEqualTo(expected.get(i).floatValue());
      } else {
        assertThat((double) value)
            .as("value %d", i * stride)
            .isCloseTo(expected.get(i).doubleValue(), within(TOLERANCE));
      }
    }
  }

  @Test
  void onlyTheLow32BitsOfSeedsCount() {
    float[] zero = TorchRandom.seeded(0).normals(40);
    assertThat(TorchRandom.seeded(1L << 32).normals(40)).isEqualTo(zero);
    assertThat(TorchRandom.seeded(Long.MIN_VALUE).normals(40)).isEqualTo(zero);
    assertThat(TorchRandom.seeded(1L << 31).normals(40)).isNotEqualTo(zero);
    assertThat(TorchRandom.seeded(-1).normals(40))
        .isEqualTo(TorchRandom.seeded((1L << 32) - 1).normals(40));
  }

  @Test
  void normalNumbersHaveTheirMoments() {
    float[] values = TorchRandom.seeded(5).normals(1 << 20);
    double mean = 0;
    double square = 0;
    for (float value : values) {
      mean += value / (double) values.length;
      square += (double) value * value / values.length;
    }
    // Five standard errors: 1/sqrt(n) of the mean, sqrt(2/n) of the square.
    assertThat(mean).isCloseTo(0, within(5.0 / 1024));
    assertThat(square).isCloseTo(1, within(5 * Math.sqrt(2) / 1024));
  }

  @Test
  void refusesNegativeCounts() {
    assertThatThrownBy(() -> TorchRandom.seeded(0).normals(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("count: -1 is negative");
  }
}
