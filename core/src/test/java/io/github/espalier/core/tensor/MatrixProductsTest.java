package io.github.espalier.core.tensor;

import static io.github.espalier.core.tensor.MatrixProducts.Use.PLAIN;
import static io.github.espalier.core.tensor.MatrixProducts.Use.TRANSPOSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MatrixProductsTest {
  private final Workspace workspace = new Workspace();

  @AfterEach
  void closeWorkspace() {
    workspace.close();
  }

  @Test
  void multipliesSmallIntegersExactly() {
    FloatMatrix a = Matrices.counting(workspace, 2, 3);
    FloatMatrix b = Matrices.counting(workspace, 3, 2);
    FloatMatrix plain = workspace.take(2, 2);
    FloatMatrix transposed = workspace.take(3, 3);
    MatrixProducts.multiply(2f, a, PLAIN, b, PLAIN, 0f, plain);
    MatrixProducts.multiply(1f, a, TRANSPOSED, b, TRANSPOSED, 0f, transposed);

    assertThat(plain.toArray()).containsExactly(20, 26, 56, 80);
    assertThat(transposed.toArray()).containsExactly(3, 9, 15, 4, 14, 24, 5, 19, 33);
  }

  @Test
  void aBetaOfZeroDoesNotReadTheResult() {
    FloatMatrix a = Matrices.counting(workspace, 1, 2);
    FloatMatrix result = workspace.take(1, 1);
    result.put(0, 0, new float[] {Float.NaN}, 0, 1);
    MatrixProducts.multiply(1f, a, PLAIN, a, TRANSPOSED, 0f, result);

    assertThat(result.toArray()).containsExactly(1);
  }

  @Test
  void aProductOverNothingIsZeroAndBetaStillApplies() {
    FloatMatrix a = workspace.take(2, 0);
    FloatMatrix b = workspace.take(0, 3);
    FloatMatrix result = Matrices.counting(workspace, 2, 3);
    MatrixProducts.multiply(1f, a, PLAIN, b, PLAIN, 2f, result);
    assertThat(result.toArray()).containsExactly(0, 2, 4, 6, 8, 10);

    result.put(0, 0, new float[] {Float.NaN}, 0, 1);
    MatrixProducts.multiply(1f, b, TRANSPOSED, b, PLAIN, 0f, workspace.take(3, 3));
    MatrixProducts.multiply(1f, a, PLAIN, b, PLAIN, 0f, result);
    assertThat(result.toArray()).containsOnly(0f);
  }

  @Test
  void refusesShapesThatDoNotFit() {
    FloatMatrix a = workspace.take(2, 3);
    FloatMatrix square = workspace.take(2, 2);
    FloatMatrix large = workspace.take(3, 3);

    assertThatThrownBy(() -> MatrixProducts.multiply(1f, a, PLAIN, a, PLAIN, 0f, square))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a matrix of 2x3 (PLAIN) times a matrix of 2x3 (PLAIN) does not fit a matrix of 2x2");
    assertThatThrownBy(() -> MatrixProducts.multiply(1f, a, PLAIN, a, TRANSPOSED, 0f, large))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MatrixProducts.multiply(1f, a, TRANSPOSED, a, PLAIN, 0f, square))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MatrixProducts.multiply(1f, a, PLAIN, large, TRANSPOSED, 0f, square))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
