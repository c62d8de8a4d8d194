package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricMatrixTest {
  private static final TaskRunner PARALLEL =
      (tasks, body) -> IntStream.range(0, tasks).parallel().forEach(body);

  private final TensorScope scope = new TensorScope();

  @AfterEach
  void free() {
    scope.close();
  }

  /** Eighths, whose products add up without rounding. */
  private FloatMatrix rows(int count, int columns) {
    Random random = new Random(count);
    float[] values = new float[count * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextInt(17) - 8) / 8f;
    }
    return FloatMatrix.of(scope.matrix(count, columns, values));
  }

  private static double product(FloatMatrix rows, int i, int j) {
    double sum = 0;
    for (int t = 0; t < rows.rows(); t++) {
      sum += rows.get(t, i) * rows.get(t, j);
    }
    return sum;
  }

  /** On both sides of the sizes at which tiles and panels change. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 255, 257, 1023, 1025, 2049, 4097})
  void gramsOfAnySize(int size) {
    FloatMatrix rows = rows(3, size);
    SymmetricMatrix sum = SymmetricMatrix.zeros(size, scope);
    sum.addGram(rows, PARALLEL);
    sum.addGram(rows, TaskRunner.CALLER);

    int step = Math.max(1, size / 61);
    double[] half = new double[size];
    for (int i = 0; i < size; i += step) {
      sum.get(i, half);
      for (int j = 0; j < size; j += step) {
        assertThat(sum.get(i, j)).isEqualTo(2 * product(rows, i, j));
        if (j >= i) {
          assertThat(half[j - i]).isEqualTo(sum.get(j, i));
        }
      }
    }
    assertThat(sum.get(size - 1, size - 1)).isEqualTo(2 * product(rows, size - 1, size - 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 1100})
  void floatsAreBothTriangles(int size) {
    FloatMatrix rows = rows(3, size);
    SymmetricMatrix gram = SymmetricMatrix.zeros(size, scope);
    gram.addGram(rows, PARALLEL);
    FloatMatrix floats = gram.toFloats(0.1, scope);

    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        if (floats.get(i, j) != (float) (gram.get(i, j) * 0.1)) {
          assertThat(floats.get(i, j)).as(i + ", " + j).isEqualTo((float) (gram.get(i, j) * 0.1));
        }
      }
    }
  }

  @Test
  void rowsArePutAndGot() {
    int size = 1030;
    SymmetricMatrix matrix = SymmetricMatrix.zeros(size, scope);
    for (int i = 0; i < size; i++) {
      int row = i;
      matrix.put(i, IntStream.range(i, size).mapToDouble(j -> row * 10_000.0 + j).toArray());
    }
    double[] half = new double[size];
    for (int i : new int[] {0, 1, 1023, 1024, 1029}) {
      matrix.get(i, half);
      for (int j = i; j < size; j++) {
        assertThat(matrix.get(j, i)).isEqualTo(i * 10_000.0 + j);
        assertThat(half[j - i]).isEqualTo(i * 10_000.0 + j);
      }
    }
  }

  @Test
  void sumsOfMatrices() {
    int size = 1100;
    SymmetricMatrix one = SymmetricMatrix.zeros(size, scope);
    SymmetricMatrix other = SymmetricMatrix.zeros(size, scope);
    one.addGram(rows(2, size), PARALLEL);
    other.addGram(rows(5, size), PARALLEL);
    double wanted = one.get(3, 1099) + other.get(3, 1099);
    one.add(other);
    assertThat(one.get(1099, 3)).isEqualTo(wanted);
    one.add(one);
    assertThat(one.get(3, 1099)).isEqualTo(2 * wanted);
  }

  @Test
  void noRowsAddNothing() {
    SymmetricMatrix matrix = SymmetricMatrix.zeros(2, scope);
    matrix.put(0, new double[] {1, 2});
    matrix.addGram(rows(3, 2).rows(1, 0), TaskRunner.CALLER);
    assertThat(matrix.get(1, 0)).isEqualTo(2);
    assertThat(matrix.get(1, 1)).isZero();
  }

  /** Threads change no bit of sums that are rounded. */
  @Test
  void runnersDoNotMatter() {
    int size = 1300;
    float[] values = new float[200 * size];
    Random random = new Random(5);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    FloatMatrix rows = FloatMatrix.of(scope.matrix(200, size, values));
    SymmetricMatrix one = SymmetricMatrix.zeros(size, scope);
    SymmetricMatrix many = SymmetricMatrix.zeros(size, scope);
    one.addGram(rows, TaskRunner.CALLER);
    many.addGram(rows, PARALLEL);
    double[] expected = new double[size];
    double[] actual = new double[size];
    for (int i = 0; i < size; i++) {
      one.get(i, expected);
      many.get(i, actual);
      assertThat(actual).isEqualTo(expected);
    }
  }

  @Test
  void badArgumentsAreRefused() {
    SymmetricMatrix matrix = SymmetricMatrix.zeros(3, scope);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SymmetricMatrix.zeros(0, scope))
        .withMessage("size is 0, but must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> matrix.addGram(rows(1, 2), TaskRunner.CALLER))
        .withMessage("a matrix of 1x2 does not fit a Gram matrix of 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> matrix.add(SymmetricMatrix.zeros(2, scope)))
        .withMessage("a symmetric matrix of 2 cannot be added to one of 3");
  }

  static Stream<Consumer<SymmetricMatrix>> outOfRange() {
    return Stream.of(
        matrix -> matrix.get(0, 3),
        matrix -> matrix.get(3, 0),
        matrix -> matrix.get(-1, 0),
        matrix -> matrix.get(0, -1),
        matrix -> matrix.get(3, new double[3]),
        matrix -> matrix.get(0, new double[2]),
        matrix -> matrix.put(-1, new double[4]),
        matrix -> matrix.put(0, new double[2]));
  }

  @ParameterizedTest
  @MethodSource("outOfRange")
  void elementsOutsideAreRefused(Consumer<SymmetricMatrix> use) {
    SymmetricMatrix matrix = SymmetricMatrix.zeros(3, scope);
    assertThatThrownBy(() -> use.accept(matrix)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  static Stream<Consumer<SymmetricMatrix>> uses() {
    return Stream.of(
        matrix -> matrix.get(0, 0),
        matrix -> matrix.get(0, new double[1]),
        matrix -> matrix.put(0, new double[1]),
        matrix -> matrix.add(matrix),
        matrix -> matrix.toFloats(1, new TensorScope()),
        matrix -> {
          try (TensorScope other = new TensorScope()) {
            matrix.addGram(FloatMatrix.of(other.zeros(1, 1)), TaskRunner.CALLER);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("uses")
  void nothingIsPossibleOnceTheScopeIsClosed(Consumer<SymmetricMatrix> use) {
    SymmetricMatrix matrix = SymmetricMatrix.zeros(1, scope);
    scope.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> use.accept(matrix))
        .withMessage("the scope of a symmetric matrix of 1 is closed");
    assertThat(matrix.size()).isEqualTo(1);
  }
}
