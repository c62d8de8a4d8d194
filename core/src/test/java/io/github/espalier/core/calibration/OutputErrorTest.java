package io.github.espalier.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.SymmetricMatrix;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.core.tensor.Workspace;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The relative error by the Gram matrix against that of the outputs themselves. */
class OutputErrorTest {
  private static final int OUT = 300;
  private static final int IN = 17;
  private static final int TOKENS = 40;

  private static float[] numbers(Random random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private static double squaredNormOfOutput(double[] weights, float[] inputs) {
    double sum = 0;
    for (int row = 0; row < OUT; row++) {
      for (int token = 0; token < TOKENS; token++) {
        double output = 0;
        for (int i = 0; i < IN; i++) {
          output += weights[row * IN + i] * inputs[token * IN + i];
        }
        sum += output * output;
      }
    }
    return sum;
  }

  @Test
  void equalsThatOfTheOutputs() {
    Random random = new Random(4);
    float[] before = numbers(random, OUT * IN);
    float[] after = before.clone();
    double[] difference = new double[before.length];
    double[] dense = new double[before.length];
    for (int i = 0; i < before.length; i++) {
      if (random.nextBoolean()) {
        after[i] = 0;
      }
      difference[i] = (double) before[i] - after[i];
      dense[i] = before[i];
    }
    float[] inputs = numbers(random, TOKENS * IN);
    try (TensorScope scope = new TensorScope()) {
      SymmetricMatrix gram = SymmetricMatrix.zeros(IN, scope);
      gram.addGram(FloatMatrix.of(scope.matrix(TOKENS, IN, inputs)), TaskRunner.CALLER);
      FloatMatrix w = FloatMatrix.of(scope.matrix(OUT, IN, before));
      FloatMatrix pruned = FloatMatrix.of(scope.matrix(OUT, IN, after));
      double expected =
          Math.sqrt(squaredNormOfOutput(difference, inputs) / squaredNormOfOutput(dense, inputs));
      // Sums of 17 and 40 products in binary32 are good to 1e-6.
      assertThat(OutputError.relative(w, pruned, gram)).isCloseTo(expected, within(1e-6));
      assertThat(OutputError.relative(w, w, gram)).isZero();
      assertThat(OutputError.relative(pruned, w, gram)).isGreaterThan(expected);
    }
  }

  /** Within a workspace OpenBLAS computes each product on one thread. */
  @ParameterizedTest
  @CsvSource({"100, 333", "600, 500", "320, 962"})
  void isTheSameOnAnyNumberOfThreads(int out, int in) {
    Random random = new Random(7);
    float[] before = numbers(random, out * in);
    float[] after = numbers(random, out * in);
    float[] inputs = numbers(random, TOKENS * in);
    try (TensorScope scope = new TensorScope()) {
      SymmetricMatrix gram = SymmetricMatrix.zeros(in, scope);
      gram.addGram(FloatMatrix.of(scope.matrix(TOKENS, in, inputs)), TaskRunner.CALLER);
      FloatMatrix dense = FloatMatrix.of(scope.matrix(out, in, before));
      FloatMatrix pruned = FloatMatrix.of(scope.matrix(out, in, after));
      double error = OutputError.relative(dense, pruned, gram);
      try (Workspace workspace = new Workspace()) {
        assertThat(OutputError.relative(dense, pruned, gram)).isEqualTo(error);
        assertThat(workspace.bytes()).isZero();
      }
    }
  }

  @Test
  void knowsOutputsOfZero() {
    try (TensorScope scope = new TensorScope()) {
      SymmetricMatrix gram = SymmetricMatrix.zeros(2, scope);
      gram.addGram(FloatMatrix.of(scope.matrix(1, 2, 1, 0)), TaskRunner.CALLER);
      FloatMatrix seen = FloatMatrix.of(scope.matrix(1, 2, 1, 0));
      FloatMatrix unseen = FloatMatrix.of(scope.matrix(1, 2, 0, 1));
      FloatMatrix none = FloatMatrix.of(scope.matrix(1, 2, 0, 0));
      assertThat(OutputError.relative(unseen, none, gram)).isZero();
      assertThat(OutputError.relative(unseen, seen, gram)).isInfinite();
      assertThat(OutputError.relative(seen, none, gram)).isEqualTo(1);
    }
  }

  @Test
  void refusesWhatDoesNotBelongTogether() {
    try (TensorScope scope = new TensorScope()) {
      FloatMatrix w = FloatMatrix.of(scope.zeros(3, 2));
      SymmetricMatrix gram = SymmetricMatrix.zeros(3, scope);
      assertThatThrownBy(() -> OutputError.relative(w, w, gram))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () -> OutputError.relative(w, w.rows(0, 2), SymmetricMatrix.zeros(2, scope)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
