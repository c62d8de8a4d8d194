package io.github.espalier.metrics.clip;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.nn.ParameterSource;
import io.github.espalier.sd2.safetensors.TensorStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The parameters of a CLIP model in any layout, under the names of transformers. Owns their native
 * memory. For one thread while loading.
 */
final class ClipTensors implements ParameterSource, AutoCloseable {
  private final Path file;
  private final TensorStore store;
  private final ClipNames names;
  private final TensorScope scope = new TensorScope();
  private final Set<String> used = new HashSet<>();

  ClipTensors(Path file, TensorStore store, ClipNames names) {
    this.file = file;
    this.store = store;
    this.names = names;
  }

  @Override
  public FloatMatrix matrix(String name, int... shape) throws IOException {
    return read(names.place(name), scope, shape);
  }

  @Override
  public FloatMatrix room(int rows, int columns) {
    return FloatMatrix.of(scope.zeros(rows, columns));
  }

  @Override
  public void borrow(String name, Use use, int... shape) throws IOException {
    try (TensorScope temporary = new TensorScope()) {
      use.accept(read(names.place(name), temporary, shape));
    }
  }

  @Override
  public float[] vector(String name, int length) throws IOException {
    try (TensorScope temporary = new TensorScope()) {
      return read(names.place(name), temporary, length).toArray();
    }
  }

  private FloatMatrix read(ClipNames.Place place, TensorScope owner, int... shape)
      throws IOException {
    int rows = shape[0];
    int columns = 1;
    for (int i = 1; i < shape.length; i++) {
      columns *= shape[i];
    }
    ClipNames.Part part = place.part();
    if (part instanceof ClipNames.Part.Third third) {
      int[] whole = shape.clone();
      whole[0] *= 3;
      TensorData data = find(place.name(), whole);
      long bytes = data.byteSize() / 3;
      return FloatMatrix.of(
          owner.floats(data.slice(third.index() * bytes, shape(shape)), rows, columns));
    }
    if (part instanceof ClipNames.Part.Transposed) {
      FloatMatrix result = FloatMatrix.of(owner.zeros(rows, columns));
      try (TensorScope temporary = new TensorScope()) {
        TensorData data = find(place.name(), columns, rows);
        transpose(FloatMatrix.of(temporary.floats(data, columns, rows)), result);
      }
      return result;
    }
    return FloatMatrix.of(owner.floats(find(place.name(), shape), rows, columns));
  }

  private static void transpose(FloatMatrix from, FloatMatrix to) {
    float[] values = from.toArray();
    float[] row = new float[to.columns()];
    for (int i = 0; i < to.rows(); i++) {
      for (int j = 0; j < row.length; j++) {
        row[j] = values[j * to.rows() + i];
      }
      to.put(i, 0, row, 0, row.length);
    }
  }

  private static Shape shape(int... extents) {
    long[] wide = new long[extents.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = extents[i];
    }
    return Shape.of(wide);
  }

  private TensorData find(String name, int... extents) {
    Shape expected = shape(extents);
    if (!store.contains(name)) {
      throw CheckpointFormatException.of(file, name, "is missing, expected " + expected);
    }
    TensorData data = store.tensor(name);
    if (!data.shape().equals(expected)) {
      throw CheckpointFormatException.of(
          file, name, "has shape " + data.shape() + ", expected " + expected);
    }
    DType dtype = data.dtype();
    if (!dtype.isPrunable()) {
      throw CheckpointFormatException.of(
          file, name, "has type " + dtype + ", expected F16, BF16, F32 or F64");
    }
    used.add(name);
    return data;
  }

  /** Fails if the file has tensors that the model's sizes have no use for. */
  void requireAllUsed() {
    for (String name : store.names()) {
      if (!used.contains(name) && !ClipNames.isIgnored(name)) {
        throw CheckpointFormatException.of(
            file,
            name,
            "has shape " + store.spec(name).shape() + ", expected no such tensor in this model");
      }
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
