package io.github.espalier.examples.study.published;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.core.sparsity.Sparsity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.junit.jupiter.api.Test;

class FullModelRatioTest {
  private static final ComponentSparsities BEST =
      new ComponentSparsities(Sparsity.of(0.475), Sparsity.of(0.35));

  private static Sparsity rounded(Sparsity sparsity, int decimals) {
    return Sparsity.of(sparsity.exactFraction().setScale(decimals, RoundingMode.HALF_UP));
  }

  /** With 1 and 3 parameters, half of the weights is two of them. */
  @Test
  void smallNumbers() {
    ModelSizes sizes = new ModelSizes(1, 3);
    Sparsity half = Sparsity.of(0.5);
    assertThat(new FullModelRatio(half, new RemovalRatio(1, 1)).components(sizes))
        .hasValueSatisfying(
            each -> {
              assertThat(each.textEncoder()).isEqualTo(Sparsity.ONE);
              assertThat(rounded(each.unet(), 9)).isEqualTo(Sparsity.of(0.333333333));
            });
    assertThat(new FullModelRatio(half, new RemovalRatio(0, 7)).components(sizes))
        .hasValueSatisfying(
            each -> {
              assertThat(each.textEncoder()).isEqualTo(Sparsity.ZERO);
              assertThat(rounded(each.unet(), 9)).isEqualTo(Sparsity.of(0.666666667));
            });
    assertThat(new FullModelRatio(half, new RemovalRatio(1000, 999)).components(sizes)).isEmpty();
    assertThat(new FullModelRatio(Sparsity.of(0.76), new RemovalRatio(0, 1)).components(sizes))
        .isEmpty();
  }

  /** The paper's headline, by either sizes. */
  @Test
  void theBestSplitIsThirtyEightAndAHalfPercent() {
    for (ModelSizes sizes : new ModelSizes[] {ModelSizes.SD2, ModelSizes.NOMINAL}) {
      assertThat(rounded(BEST.ofFullModel(sizes), 3)).hasToString("38.5%");
    }
  }

  @Test
  void fullSparsityIsTheInverse() {
    for (int percent = 1; percent <= 99; percent++) {
      for (int part = 0; part <= 4; part++) {
        Sparsity full = Sparsity.of(BigDecimal.valueOf(percent, 2));
        new FullModelRatio(full, new RemovalRatio(part, 4 - part))
            .components(ModelSizes.SD2)
            .ifPresent(
                each ->
                    // 30 digits, less the one or two that two roundings cost
                    assertThat(rounded(each.ofFullModel(ModelSizes.SD2), 28)).isEqualTo(full));
      }
    }
  }

  @Test
  void textsAreShort() {
    assertThat(BEST).hasToString("47.5% / 35%");
    assertThat(BEST.rounded()).hasToString("48% / 35%");
    assertThat(new RemovalRatio(3, 1)).hasToString("3:1");
  }

  @Test
  void badArgumentsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RemovalRatio(0, 0))
        .withMessage("ratio 0:0: expected parts of at least 0, not both 0");
    assertThatIllegalArgumentException().isThrownBy(() -> new RemovalRatio(-1, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelSizes(0, 5))
        .withMessage("sizes of 0 and 5 parameters: expected at least 1 each");
  }
}
