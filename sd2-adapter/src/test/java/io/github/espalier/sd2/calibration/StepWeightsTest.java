package io.github.espalier.sd2.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.sd2.calibration.StepWeights.Course;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The schedules of OBS-Diff, and which evaluations are looked at. */
class StepWeightsTest {
  private static List<Double> of(Course course, int calls) {
    StepWeights weights = StepWeights.of(course);
    return IntStream.range(0, calls).mapToObj(call -> weights.at(call, calls)).toList();
  }

  @Test
  void schedulesGoBetweenTheirBounds() {
    assertThat(of(Course.UNIFORM, 3)).containsExactly(1.0, 1.0, 1.0);
    for (Course up : List.of(Course.LINEAR_UP, Course.LOG_UP)) {
      assertThat(of(up, 25)).isSorted().startsWith(0.8);
      assertThat(of(up, 25).get(24)).isCloseTo(1.2, within(1e-15));
    }
    List<Double> down = of(Course.LOG_DOWN, 25);
    assertThat(down.get(0)).isCloseTo(1.2, within(1e-15));
    assertThat(down.get(24)).isEqualTo(0.8);
    // 0.8 + 0.4 ln(16) / ln(25)
    assertThat(down.get(9)).isCloseTo(1.1445412465, within(1e-9));
    assertThat(of(Course.LINEAR_DOWN, 5).get(2)).isCloseTo(1.0, within(1e-15));
    for (Course course : Course.values()) {
      assertThat(of(course, 1).get(0)).isBetween(0.8, 1.2);
    }
  }

  @Test
  void refusesBoundsThatAreNone() {
    assertThatThrownBy(() -> new StepWeights(Course.LOG_UP, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StepWeights(Course.LOG_UP, 1.2, 0.8))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StepWeights.UNIFORM.at(3, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void samplesEvaluationsEvenly() {
    UnetSettings four = UnetSettings.withDefaults().withSampledCalls(4);
    assertThat(IntStream.range(0, 25).filter(call -> four.isSampled(call, 25)))
        .containsExactly(3, 9, 15, 21);
    assertThat(IntStream.range(0, 3).filter(call -> four.isSampled(call, 3)))
        .containsExactly(0, 1, 2);
    assertThatThrownBy(() -> four.withSampledCalls(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
