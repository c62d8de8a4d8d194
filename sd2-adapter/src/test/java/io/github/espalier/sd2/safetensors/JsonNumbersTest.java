package io.github.espalier.sd2.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every expectation was settled by the reference implementation. */
class JsonNumbersTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "0e999",
        "0e99999999999999999999",
        "1e-999",
        "1e-99999999999999999999",
        "1e308",
        "0.1e309",
        "0.00001e313",
        "0.00000000000000000000000000001e330",
        "1.7976931348623157e308",
        "17976931348623157e292",
        "179769313486231570e291",
        "18446744073709551616",
        "-18446744073709551616",
        "1844674407370955161.6",
        "1844674407370955161.65",
        "1E+5"
      })
  void inRange(String number) {
    assertThat(JsonNumbers.isInRange(number)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999",
        "-1e999",
        "1e309",
        "10e308",
        "100000000000000000000000000e283",
        "1e99999999999999999999",
        // In range for a parser that rounds correctly:
        "1.7976931348623158e308",
        "1797693134862315700e290"
      })
  void outOfRange(String number) {
    assertThat(JsonNumbers.isInRange(number)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1,309,true", "1,400,false", "9,309,false"})
  void longIntegers(String digit, int count, boolean inRange) {
    assertThat(JsonNumbers.isInRange(digit.repeat(count))).isEqualTo(inRange);
    assertThat(JsonNumbers.isInRange(digit.repeat(count) + ".5")).isEqualTo(inRange);
    assertThat(JsonNumbers.isInRange(digit.repeat(count) + "e0")).isEqualTo(inRange);
  }
}
