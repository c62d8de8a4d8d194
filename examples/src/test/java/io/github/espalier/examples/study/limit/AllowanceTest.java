package io.github.espalier.examples.study.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowanceTest {
  @Test
  void sharesAndAmountsAreRead() {
    assertThat(Allowance.parse(" 5 % ")).hasToString("5%");
    assertThat(Allowance.parse("5%").of("CLIPScore", 0.5)).isEqualTo(0.025);
    assertThat(Allowance.parse("0.0100")).hasToString("0.01");
    assertThat(Allowance.parse("0.01").of("CLIPScore", -0.5)).isEqualTo(0.01);
  }

  @Test
  void aShareOfNothingIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Allowance.parse("5%").of("CLIPScore", -0.25))
        .withMessage(
            "CLIPScore of the dense model is -0.25, of which 5% is no amount; give one, such as"
                + " 0.01");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%", "0", "0%", "-1", "five", "1e3", "NaN", "1.2.3"})
  void otherTextIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Allowance.parse(text))
        .withMessageStartingWith("amount ");
  }
}
