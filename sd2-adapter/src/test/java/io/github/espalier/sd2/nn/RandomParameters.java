package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.TensorScope;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Parameters between -1 and 1, made when asked for; owns their memory. */
final class RandomParameters implements ParameterSource, AutoCloseable {
  private final Map<String, float[]> values = new HashMap<>();
  private final TensorScope scope = new TensorScope();
  private final Random random;

  RandomParameters(Random random) {
    this.random = random;
  }

  /** The elements of a parameter that has been asked for. */
  float[] of(String name) {
    return values.getOrDefault(name, new float[0]);
  }

  private float[] make(String name, int... shape) {
    int elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    return values.computeIfAbsent(name, key -> TestMaps.numbers(elements, random));
  }

  @Override
  public FloatMatrix matrix(String name, int... shape) {
    float[] all = make(name, shape);
    FloatMatrix matrix = room(shape[0], all.length / shape[0]);
    matrix.put(0, 0, all, 0, all.length);
    return matrix;
  }

  @Override
  public FloatMatrix room(int rows, int columns) {
    return FloatMatrix.of(scope.zeros(rows, columns));
  }

  @Override
  public void borrow(String name, Use use, int... shape) {
    use.accept(matrix(name, shape));
  }

  @Override
  public float[] vector(String name, int length) {
    return make(name, length).clone();
  }

  @Override
  public void close() {
    scope.close();
  }
}
