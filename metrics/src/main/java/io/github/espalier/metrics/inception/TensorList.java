package io.github.espalier.metrics.inception;

import com.google.common.collect.ImmutableMap;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.nn.ParameterSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;

/** Notes what tensors the network asks for, and has none. */
final class TensorList implements ParameterSource {
  private final ImmutableMap.Builder<String, Shape> tensors = ImmutableMap.builder();
  private final FloatMatrix nothing;

  private TensorList(FloatMatrix nothing) {
    this.nothing = nothing;
  }

  /** Names and shapes in the order of {@link FoldedParameters}. */
  static Map<String, Shape> make() {
    try (TensorScope scope = new TensorScope()) {
      TensorList list = new TensorList(FloatMatrix.of(scope.zeros(1, 1)));
      new InceptionLayout(list).parts();
      return list.tensors.buildOrThrow();
    } catch (IOException e) {
      throw new UncheckedIOException("nothing is read", e);
    }
  }

  @Override
  public float[] vector(String name, int length) {
    FoldedParameters.normTensors(name).forEach(each -> tensors.put(each, Shape.of(length)));
    return new float[length];
  }

  @Override
  public void borrow(String name, Use use, int... shape) {
    Shape extents = Shape.of(Arrays.stream(shape).asLongStream().toArray());
    tensors.put(FoldedParameters.kernelTensor(name), extents);
  }

  @Override
  public FloatMatrix matrix(String name, int... shape) {
    borrow(name, weights -> {}, shape);
    return nothing;
  }

  @Override
  public FloatMatrix room(int rows, int columns) {
    return nothing;
  }
}
