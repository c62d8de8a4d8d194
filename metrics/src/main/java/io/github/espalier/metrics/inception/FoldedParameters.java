package io.github.espalier.metrics.inception;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.nn.ParameterSource;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.safetensors.TensorSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads convolutions and the batch norms behind them as one: {@code NAME.conv.weight} and {@code
 * NAME.bn.*} as {@code NAME.weight} and {@code NAME.bias}.
 *
 * <p>A norm in evaluation mode, {@code (x - mean) / sqrt(variance + 0.001) * weight + bias}, is
 * linear; the products are made in binary64 and rounded once. A convolution's bias is read before
 * its weights.
 */
final class FoldedParameters implements ParameterSource {
  private static final double EPSILON = 1e-3;
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";
  private static final String BATCHES = ".num_batches_tracked";

  private final SafetensorsFile file;
  private final TensorScope scope;
  private final WeightDigest digest = new WeightDigest();
  private final Map<String, double[]> scales = new HashMap<>();
  private final Set<String> read = new HashSet<>();

  /** Reads a file into memory that the scope owns. */
  FoldedParameters(SafetensorsFile file, TensorScope scope) {
    this.file = file;
    this.scope = scope;
  }

  @Override
  public float[] vector(String name, int length) throws IOException {
    String layer = name.substring(0, name.length() - BIAS.length());
    float[] weight = norm(layer + ".bn.weight", length);
    float[] bias = norm(layer + ".bn.bias", length);
    float[] mean = norm(layer + ".bn.running_mean", length);
    float[] variance = norm(layer + ".bn.running_var", length);
    double[] scale = new double[length];
    for (int i = 0; i < length; i++) {
      if (variance[i] < 0) {
        throw CheckpointFormatException.of(
            file.path(),
            layer + ".bn.running_var",
            "element " + i + " is " + variance[i] + ", expected a variance of at least 0");
      }
      scale[i] = weight[i] / Math.sqrt(variance[i] + EPSILON);
      bias[i] = (float) (bias[i] - mean[i] * scale[i]);
    }
    scales.put(layer, scale);
    return bias;
  }

  @Override
  public void borrow(String name, Use use, int... shape) throws IOException {
    String layer = name.substring(0, name.length() - WEIGHT.length());
    double[] scale = scales.get(layer);
    if (scale == null) {
      throw new IllegalStateException(name + " is read before its bias");
    }
    try (TensorScope temporary = new TensorScope()) {
      FloatMatrix weights = read(layer + ".conv.weight", temporary, shape);
      float[] row = new float[weights.columns()];
      for (int i = 0; i < weights.rows(); i++) {
        weights.get(i, 0, row, 0, row.length);
        for (int j = 0; j < row.length; j++) {
          row[j] = (float) (row[j] * scale[i]);
        }
        weights.put(i, 0, row, 0, row.length);
      }
      use.accept(weights);
    }
  }

  @Override
  public FloatMatrix matrix(String name, int... shape) throws IOException {
    int columns = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
    FloatMatrix matrix = room(shape[0], columns);
    borrow(name, matrix::copyAll, shape);
    return matrix;
  }

  @Override
  public FloatMatrix room(int rows, int columns) {
    return FloatMatrix.of(scope.zeros(rows, columns));
  }

  private float[] norm(String name, int length) throws IOException {
    try (TensorScope temporary = new TensorScope()) {
      return read(name, temporary, length).toArray();
    }
  }

  private FloatMatrix read(String name, TensorScope owner, int... shape) throws IOException {
    Shape expected = Shape.of(Arrays.stream(shape).asLongStream().toArray());
    if (!file.contains(name)) {
      throw CheckpointFormatException.of(
          file.path(), name, "is missing, expected " + expected + " of the FID Inception network");
    }
    TensorSpec spec = file.spec(name);
    requireShape(spec, expected);
    DType dtype = spec.dtype();
    if (!dtype.isPrunable()) {
      throw CheckpointFormatException.of(
          file.path(), name, "has type " + dtype + ", expected F16, BF16, F32 or F64");
    }
    int rows = shape[0];
    FloatMatrix values =
        FloatMatrix.of(owner.floats(file.tensor(name), rows, expected.elements() / rows));
    requireFinite(name, values);
    digest.add(name, expected, values);
    read.add(name);
    return values;
  }

  private void requireShape(TensorSpec spec, Shape expected) {
    if (!spec.shape().equals(expected)) {
      throw CheckpointFormatException.of(
          file.path(), spec.name(), "has shape " + spec.shape() + ", expected " + expected);
    }
  }

  private void requireFinite(String name, FloatMatrix values) {
    float[] row = new float[values.columns()];
    for (int i = 0; i < values.rows(); i++) {
      values.get(i, 0, row, 0, row.length);
      for (int j = 0; j < row.length; j++) {
        if (!Float.isFinite(row[j])) {
          throw CheckpointFormatException.of(
              file.path(),
              name,
              "element "
                  + ((long) i * row.length + j)
                  + " is "
                  + row[j]
                  + " in binary32, expected a finite number");
        }
      }
    }
  }

  /**
   * Makes sure that the file is not torchvision's, whose convolutions have the same names and
   * shapes: it has a second classifier, and the first one is of other classes.
   *
   * @throws CheckpointFormatException if it is, or has another classifier
   */
  void requireNotTorchvision() {
    for (String name : file.names()) {
      if (name.startsWith("AuxLogits.")) {
        throw CheckpointFormatException.of(
            file.path(),
            name,
            "belongs to torchvision's Inception, expected the FID Inception network");
      }
    }
    requireClassifier("fc.weight", Shape.of(1008, 2048));
    requireClassifier("fc.bias", Shape.of(1008));
  }

  private void requireClassifier(String name, Shape expected) {
    if (file.contains(name)) {
      requireShape(file.spec(name), expected);
    }
  }

  /**
   * Makes sure that the file has nothing that the network does not know.
   *
   * @throws CheckpointFormatException if it has
   */
  void requireNothingElse() {
    for (String name : file.names()) {
      boolean counter =
          name.endsWith(".bn" + BATCHES)
              && read.contains(name.substring(0, name.length() - BATCHES.length()) + WEIGHT);
      boolean classifier = name.equals("fc.weight") || name.equals("fc.bias");
      if (!read.contains(name) && !counter && !classifier) {
        throw CheckpointFormatException.of(
            file.path(), name, "is not part of the FID Inception network");
      }
    }
  }

  /** What identifies the weights that were read. */
  String sha256() {
    return digest.sha256();
  }
}
