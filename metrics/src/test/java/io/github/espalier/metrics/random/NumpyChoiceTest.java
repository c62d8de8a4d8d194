package io.github.espalier.metrics.random;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.Ints;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What NumPy chooses; the first case is the paper's. */
class NumpyChoiceTest {
  static List<String> cases() throws IOException {
    try (InputStream stream = NumpyChoiceTest.class.getResourceAsStream("choice-golden.tsv")) {
      byte[] bytes = Objects.requireNonNull(stream).readAllBytes();
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().skip(1).toList();
      assertThat(lines).hasSize(12);
      return lines;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsNumpy(String line) {
    List<String> fields = Arrays.asList(line.split("\t", -1));
    int seed = Integer.parseUnsignedInt(fields.get(0));
    int count = Integer.parseInt(fields.get(2));
    int[] chosen = new NumpyChoice(seed).draw(Integer.parseInt(fields.get(1)), count);
    assertThat(chosen).hasSize(count).doesNotHaveDuplicates();
    assertThat(Arrays.stream(chosen).asLongStream().sum()).isEqualTo(Long.parseLong(fields.get(5)));
    if (count > 0) {
      assertThat(Ints.join(",", Arrays.copyOf(chosen, Math.min(count, 8))))
          .isEqualTo(fields.get(3));
      assertThat(chosen[count - 1]).isEqualTo(Integer.parseInt(fields.get(4)));
    }
  }
}
