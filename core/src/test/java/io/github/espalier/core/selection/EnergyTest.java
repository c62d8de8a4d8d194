package io.github.espalier.core.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EnergyTest {
  @Test
  void ratioIsInDecibels() {
    // The logarithm is good to one ulp of 20.
    assertThat(new Energy(100, 1).snrDecibels()).isCloseTo(20, within(1e-14));
    assertThat(new Energy(1, 100).snrDecibels()).isCloseTo(-20, within(1e-14));
    assertThat(new Energy(3, 3).snrDecibels()).isZero();
  }

  @Test
  void zerosGiveInfinitiesAndNaN() {
    assertThat(new Energy(1, 0).snrDecibels()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(new Energy(0, 1).snrDecibels()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(new Energy(0, 0).snrDecibels()).isNaN();
  }

  @Test
  void energiesAdd() {
    assertThat(new Energy(1, 2).plus(new Energy(3, 5))).isEqualTo(new Energy(4, 7));
  }
}
