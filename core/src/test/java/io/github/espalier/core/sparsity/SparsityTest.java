package io.github.espalier.core.sparsity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparsityTest {
  @ParameterizedTest
  @CsvSource({
    "0.29, 100, 29",
    "0.57, 100, 57",
    "0.5, 3, 2",
    "0.5, 5, 3",
    "0.25, 2, 1",
    "0.475, 1048576, 498074",
    "0.475, 20, 10",
    "0.35, 10, 4",
    "0.1, 5, 1",
    "0.1, 4, 0",
    "0.49999999999999994, 1, 0",
    "0.9999999999999999, 1000000000000000000, 999999999999999900",
    "0, 9223372036854775807, 0",
    "1, 9223372036854775807, 9223372036854775807",
    "0.3, 0, 0",
  })
  void countIsTheNearestIntegerToTheDecimalProduct(double fraction, long weights, long count) {
    assertThat(Sparsity.of(fraction).countOf(weights)).isEqualTo(count);
  }

  @Test
  void countOfANegativeSizeIsAnError() {
    Sparsity half = Sparsity.of(0.5);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> half.countOf(-1))
        .withMessageContaining("-1 weights");
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        -0.1,
        -Double.MIN_VALUE,
        1.0000000000000002,
        47.5,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
      })
  void fractionsOutsideTheRangeAreRefused(double fraction) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sparsity.of(fraction))
        .withMessageContaining("sparsity " + fraction + " is outside 0 to 1")
        .withMessageContaining("47.5 % as 0.475");
  }

  @ParameterizedTest
  @CsvSource({
    "47.5%, 0.475",
    "47.5 %, 0.475",
    "' 0.475 ', 0.475",
    "0.475, 0.475",
    ".5, 0.5",
    "1., 1",
    "100%, 1",
    "100.000%, 1",
    "+0.5, 0.5",
    "-0, 0",
    "0%, 0",
    "00.50, 0.5",
    "1%, 0.01",
  })
  void textIsAPercentageOrAFraction(String text, double fraction) {
    assertThat(Sparsity.parse(text)).isEqualTo(Sparsity.of(fraction));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "%", ".", "half", "1e-1", "0x1", "0,5", "50%%", "5 0%", "NaN", "--1", "٠.٥"})
  void otherTextIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sparsity.parse(text))
        .withMessage("sparsity '" + text + "' is not a number such as 47.5% or 0.475");
  }

  @Test
  void overlongTextIsRefused() {
    String text = "0." + "3".repeat(100_000);

    assertThatIllegalArgumentException().isThrownBy(() -> Sparsity.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "47.5, 'outside 0 to 1 (a percentage ends in %, such as 47.5%)'",
    "-0.1, outside 0 to 1",
    "100.1%, outside 0% to 100%",
    "-1%, outside 0% to 100%",
  })
  void numbersOutsideTheRangeAreRefused(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sparsity.parse(text))
        .withMessageContaining("sparsity '" + text + "' is " + message);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0%",
    "-0.0, 0%",
    "1, 100%",
    "0.475, 47.5%",
    "0.5, 50%",
    "0.3, 30%",
    "0.001, 0.1%",
    "1e-7, 0.00001%",
  })
  void textIsThePercentage(double fraction, String text) {
    assertThat(Sparsity.of(fraction)).hasToString(text);
  }

  @Test
  void ratiosOfCountsAreExactOrRounded() {
    assertThat(Sparsity.ofRatio(2, 4)).isEqualTo(Sparsity.of(0.5));
    assertThat(Sparsity.ofRatio(0, 7)).isEqualTo(Sparsity.ZERO);
    assertThat(Sparsity.ofRatio(7, 7)).isEqualTo(Sparsity.ONE);
    assertThat(Sparsity.ofRatio(1, 3).countOf(3_000_000_000_000L)).isEqualTo(1_000_000_000_000L);
    assertThat(Sparsity.ofRatio(1, 3)).hasToString("33.3333333333333333333333333333%");
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "-1, 5", "6, 5", "0, 0", "0, -1"})
  void impossibleRatiosAreRefused(long pruned, long total) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sparsity.ofRatio(pruned, total))
        .withMessageContaining("cannot prune " + pruned + " of " + total);
  }

  @Test
  void jsonIsTheFraction() throws JsonProcessingException {
    JsonMapper mapper = JsonMapper.builder().build();

    assertThat(mapper.writeValueAsString(Sparsity.of(0.475))).isEqualTo("0.475");
    assertThat(mapper.readValue("0.475", Sparsity.class)).isEqualTo(Sparsity.of(0.475));
    assertThat(mapper.readValue("1", Sparsity.class)).isEqualTo(Sparsity.ONE);
    assertThat(mapper.readValue("0", Sparsity.class)).isEqualTo(Sparsity.ZERO);
    assertThat(mapper.readValue("0.50", Sparsity.class)).isEqualTo(Sparsity.of(0.5));
  }

  @Test
  void jsonIsExact() throws JsonProcessingException {
    JsonMapper mapper = JsonMapper.builder().build();
    Sparsity third = Sparsity.ofRatio(1, 3);
    Sparsity tiny = Sparsity.of(Double.MIN_VALUE);

    assertThat(mapper.writeValueAsString(third)).isEqualTo("0." + "3".repeat(30));
    assertThat(mapper.readValue(mapper.writeValueAsString(third), Sparsity.class)).isEqualTo(third);
    assertThat(mapper.readValue(mapper.writeValueAsString(tiny), Sparsity.class)).isEqualTo(tiny);
    assertThat(third.exactFraction()).isEqualTo(new BigDecimal("0." + "3".repeat(30)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1", "-0.1", "1.0000000000000000000000001", "47.5"})
  void decimalsOutsideTheRangeAreRefused(String fraction) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sparsity.of(new BigDecimal(fraction)))
        .withMessageContaining("sparsity " + fraction + " is outside 0 to 1");
    assertThatExceptionOfType(JsonProcessingException.class)
        .isThrownBy(() -> JsonMapper.builder().build().readValue(fraction, Sparsity.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e-401", "1e-2000000000", "0e2000000000", "1e2000000000"})
  void decimalsOfTooManyPlacesAreRefused(String fraction) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sparsity.of(new BigDecimal(fraction)))
        .withMessage("a sparsity cannot have more than 400 decimal places");
  }

  @Test
  void equalityIsOfValues() {
    assertThat(Sparsity.parse("50.00%"))
        .isEqualTo(Sparsity.of(0.5))
        .hasSameHashCodeAs(Sparsity.of(0.5))
        .isNotEqualTo(Sparsity.of(0.51));
    assertThat(Sparsity.of(0.3)).isLessThan(Sparsity.of(0.5)).isGreaterThan(Sparsity.ZERO);
  }
}
