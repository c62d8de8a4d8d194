package io.github.espalier.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.SymmetricMatrix;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorScope;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class InputAccumulatorTest {
  private final TensorScope scope = new TensorScope();

  @AfterEach
  void free() {
    scope.close();
  }

  private static InputAccumulator of(int width, StatisticsNeed need) {
    return new InputAccumulator(width, need, TaskRunner.CALLER);
  }

  private FloatMatrix matrix(int rows, int columns, float... values) {
    return FloatMatrix.of(scope.matrix(rows, columns, values));
  }

  @Test
  void somethingMustBeGathered() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(0, StatisticsNeed.GRAM))
        .withMessage("width is 0, but must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(3, StatisticsNeed.NONE))
        .withMessage("there is nothing to gather");
  }

  @Test
  void rowsMustFit() {
    try (InputAccumulator accumulator = of(3, StatisticsNeed.GRAM)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> accumulator.add(matrix(1, 2, 1, 2), 1, 1))
          .withMessage("a matrix of 1x2 does not fit statistics of 3 inputs");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> accumulator.add(matrix(1, 3, 1, 2, 3), -1, 1))
          .withMessage("there cannot be -1 samples");
      assertThat(accumulator.snapshot(scope).tokens()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void weightsMustBePositive(double alpha) {
    try (InputAccumulator accumulator = of(1, StatisticsNeed.MOMENTS)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> accumulator.add(matrix(1, 1, 1), 1, alpha))
          .withMessage("weight is " + alpha + ", but must be above 0");
    }
  }

  @Test
  void viewsWithGapsAreAddedAsTheyAre() {
    FloatMatrix all = matrix(2, 4, 1, 2, 3, 4, 5, 6, 7, 8);
    try (InputAccumulator accumulator = of(2, StatisticsNeed.GRAM)) {
      accumulator.add(all.columns(1, 2), 1, 1);
      InputStatistics found = accumulator.snapshot(scope);

      assertThat(found.sums()).containsExactly(8, 10);
      assertThat(found.sumsOfSquares()).containsExactly(40, 58);
      assertThat(Rows.gram(found)).containsExactly(40, 48, 58);
    }
  }

  @ParameterizedTest
  @EnumSource(value = StatisticsNeed.class, names = "NONE", mode = Mode.EXCLUDE)
  void anUndefinedInputIsFound(StatisticsNeed need) {
    int rows = 5000;
    FloatMatrix input = Rows.random(rows, 3, 1, scope);
    input.put(4711, 2, new float[] {Float.NaN}, 0, 1);
    try (InputAccumulator accumulator = of(3, need)) {
      assertThatExceptionOfType(NonFiniteInputException.class)
          .isThrownBy(() -> accumulator.add(input, 1, 1))
          .withMessage("input 2 is NaN in row 4711 of those given, but must be finite")
          .satisfies(e -> assertThat(e.row()).isEqualTo(4711))
          .satisfies(e -> assertThat(e.column()).isEqualTo(2));
      String incomplete = "the statistics are incomplete, since input 2 is NaN";
      assertThatIllegalStateException()
          .isThrownBy(() -> accumulator.add(matrix(1, 3, 1, 2, 3), 1, 1))
          .withMessageStartingWith(incomplete);
      assertThatIllegalStateException()
          .isThrownBy(() -> accumulator.snapshot(scope))
          .withMessageStartingWith(incomplete);
    }
  }

  @ParameterizedTest
  @CsvSource({"Infinity", "-Infinity"})
  void anInfiniteInputIsFound(float value) {
    try (InputAccumulator accumulator = of(2, StatisticsNeed.MOMENTS)) {
      assertThatExceptionOfType(NonFiniteInputException.class)
          .isThrownBy(() -> accumulator.add(matrix(2, 2, 1, 2, value, value), 1, 1))
          .withMessage("input 0 is infinite in row 1 of those given, but must be finite");
    }
  }

  /** Their squares are finite in binary64, so moments have no trouble. */
  @Test
  void inputsMayBeTooLargeForAGramMatrix() {
    FloatMatrix input = matrix(2, 2, 1, 2, 3, 1e30f);
    try (InputAccumulator moments = of(2, StatisticsNeed.MOMENTS);
        InputAccumulator gram = of(2, StatisticsNeed.GRAM)) {
      moments.add(input, 1, 1);
      assertThat(moments.snapshot(scope).sumsOfSquares()[1]).isGreaterThan(1e59);
      gram.add(input, 1, 1);
      assertThatExceptionOfType(NonFiniteInputException.class)
          .isThrownBy(() -> gram.snapshot(scope))
          .withMessageStartingWith("input 1 is so large that its square is infinite in binary32")
          .satisfies(e -> assertThat(e.row()).isEqualTo(-1));
    }
  }

  @Test
  void aClosedOneTakesAndGivesNothing() {
    InputAccumulator accumulator = of(1, StatisticsNeed.GRAM);
    accumulator.add(matrix(1, 1, 3), 1, 1);
    InputStatistics before = accumulator.snapshot(scope);
    accumulator.close();
    accumulator.close();

    assertThat(Rows.gram(before)).containsExactly(9);
    String closed = "the accumulator is closed";
    assertThatIllegalStateException()
        .isThrownBy(() -> accumulator.add(matrix(1, 1, 3), 1, 1))
        .withMessage(closed);
    assertThatIllegalStateException().isThrownBy(() -> accumulator.add(before)).withMessage(closed);
    assertThatIllegalStateException()
        .isThrownBy(() -> accumulator.snapshot(scope))
        .withMessage(closed);
  }

  @Test
  void statisticsOfAClosedScopeAreRefused() {
    InputStatistics gone;
    try (InputAccumulator accumulator = of(1, StatisticsNeed.GRAM);
        TensorScope shortLived = new TensorScope()) {
      accumulator.add(matrix(1, 1, 3), 1, 1);
      gone = accumulator.snapshot(shortLived);
    }
    try (InputAccumulator accumulator = of(1, StatisticsNeed.GRAM)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> accumulator.add(gone))
          .withMessage("the scope of a symmetric matrix of 1 is closed");
      assertThat(accumulator.snapshot(scope).sums()).containsExactly(0);
    }
  }

  @Test
  void statisticsMustFit() {
    try (InputAccumulator two = of(2, StatisticsNeed.MOMENTS);
        InputAccumulator moments = of(1, StatisticsNeed.MOMENTS);
        InputAccumulator gram = of(1, StatisticsNeed.GRAM)) {
      InputStatistics one = moments.snapshot(scope);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> two.add(one))
          .withMessageContaining("of 1 inputs without Gram matrix cannot be added to those of 2");
      assertThatIllegalArgumentException().isThrownBy(() -> gram.add(one));
      moments.add(gram.snapshot(scope));
      assertThat(moments.snapshot(scope).gram()).isEmpty();
    }
  }

  @Test
  void snapshotsDoNotChange() {
    try (InputAccumulator accumulator = of(1, StatisticsNeed.GRAM)) {
      accumulator.add(matrix(1, 1, 3), 1, 1);
      InputStatistics before = accumulator.snapshot(scope);
      accumulator.add(matrix(1, 1, 4), 1, 1);
      before.sums()[0] = 77;
      before.sumsOfSquares()[0] = 77;

      assertThat(before.sums()).containsExactly(3);
      assertThat(before.sumsOfSquares()).containsExactly(9);
      assertThat(Rows.gram(before)).containsExactly(9);
      assertThat(accumulator.snapshot(scope).sums()).containsExactly(7);
    }
  }

  @Test
  void partsOfStatisticsBelongTogether() {
    Optional<SymmetricMatrix> three = Optional.of(SymmetricMatrix.zeros(3, scope));
    double[] two = new double[2];
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InputStatistics(two, two, three, 1, 1, 1))
        .withMessageContaining("a symmetric matrix of 3] do not belong together");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InputStatistics(two, new double[3], Optional.empty(), 1, 1, 1))
        .withMessageStartingWith("2 sums, 3 sums of squares");
  }

  @Test
  void needsAreMetByAsMuchOrMore() {
    double[] one = new double[1];
    InputStatistics moments = new InputStatistics(one, one, Optional.empty(), 0, 0, 0);
    InputStatistics gram =
        new InputStatistics(one, one, Optional.of(SymmetricMatrix.zeros(1, scope)), 0, 0, 0);
    for (StatisticsNeed need : StatisticsNeed.values()) {
      assertThat(need.isMetBy(gram)).isTrue();
      assertThat(need.isMetBy(moments)).isEqualTo(need != StatisticsNeed.GRAM);
    }
  }
}
