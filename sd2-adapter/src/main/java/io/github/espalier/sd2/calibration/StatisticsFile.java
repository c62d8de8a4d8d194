package io.github.espalier.sd2.calibration;

import com.google.common.collect.ImmutableMap;
import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.SymmetricMatrix;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorReader;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A file of statistics that a calibration wrote, read layer by layer when asked.
 *
 * <p>A safetensors file. Layers that share an input share its statistics, under the name of the
 * first of them: {@code NAME#sums} and {@code NAME#squares}, F64, one for each input; {@code
 * NAME#counts}, F64: tokens, samples and their weight; and {@code NAME#gram}, F32, the upper
 * triangle of the Gram matrix row by row, if it was gathered. The sums that a calibration keeps to
 * go on from are in the same format, with the Gram matrix in F64. The metadata lists the layers of
 * each name, and what the statistics were gathered with.
 *
 * <p>Safe for use by many threads while open.
 */
public final class StatisticsFile implements LayerStatistics, AutoCloseable {
  private final SafetensorsFile file;
  private final CalibrationFingerprint fingerprint;
  private final Map<String, List<String>> layersByLeader;
  private final Map<String, String> leaders;

  private StatisticsFile(SafetensorsFile file) {
    this.file = file;
    Map<String, String> metadata = file.header().metadata();
    fingerprint = StatisticsFormat.fingerprint(file.path(), metadata);
    layersByLeader = StatisticsFormat.layers(file.path(), metadata);
    ImmutableMap.Builder<String, String> names = ImmutableMap.builder();
    layersByLeader.forEach((leader, layers) -> layers.forEach(each -> names.put(each, leader)));
    leaders = names.buildOrThrow();
  }

  /**
   * Opens a file, whatever it is of.
   *
   * @param path the file
   * @return the statistics, to be closed
   * @throws CheckpointFormatException if it is no well-formed file of statistics
   * @throws IOException if it cannot be read
   */
  public static StatisticsFile open(Path path) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      return new StatisticsFile(file);
    } catch (IllegalArgumentException e) {
      file.close();
      throw CheckpointFormatException.of(path, "names a layer twice", e);
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /**
   * Opens a file of statistics of a model.
   *
   * @param path the file
   * @param model the model that is to be pruned, which must have the weights that were calibrated;
   *     other components may be pruned already
   * @return the statistics, to be closed
   * @throws CheckpointFormatException if it is no well-formed file of statistics, or they are of
   *     other weights
   * @throws IOException if a file cannot be read
   */
  public static StatisticsFile open(Path path, PrunableModel model) throws IOException {
    StatisticsFile statistics = open(path);
    try {
      statistics.requireWeightsOf(model);
      return statistics;
    } catch (IOException | RuntimeException | Error e) {
      statistics.close();
      throw e;
    }
  }

  private void requireWeightsOf(PrunableModel model) throws IOException {
    Optional<String> first = layersByLeader.keySet().stream().findFirst();
    if (first.isEmpty()) {
      throw CheckpointFormatException.of(file.path(), "has statistics of no layer");
    }
    int slash = Math.max(0, first.get().indexOf('/'));
    Component component = new Component(first.get().substring(0, slash));
    String found = CalibrationFingerprint.weightsOf(model, component);
    if (!found.equals(fingerprint.weights().get(component.name()))) {
      throw CheckpointFormatException.of(
          file.path(),
          "has statistics of another "
              + component
              + " than that of "
              + model.source()
              + "; calibrate this one");
    }
  }

  /**
   * Returns what the statistics were gathered with.
   *
   * @return weights, captions and settings
   */
  public CalibrationFingerprint fingerprint() {
    return fingerprint;
  }

  /**
   * Returns the layers that share each input.
   *
   * @return unmodifiable lists of qualified names
   */
  public List<List<String>> layers() {
    return layersByLeader.values().stream().map(List::copyOf).toList();
  }

  Path path() {
    return file.path();
  }

  Map<String, List<String>> layersByLeader() {
    return layersByLeader;
  }

  Map<String, String> metadata() {
    return file.header().metadata();
  }

  /** All tensors of the file by name. */
  Map<String, TensorData> tensors() {
    Map<String, TensorData> tensors = new TreeMap<>();
    file.names().forEach(name -> tensors.put(name, file.tensor(name)));
    return tensors;
  }

  @Override
  public Optional<InputStatistics> of(Layer layer, TensorScope scope) throws IOException {
    String leader = leaders.get(layer.qualifiedName());
    if (leader == null) {
      return Optional.empty();
    }
    double[] sums = doubles(leader + StatisticsFormat.SUMS);
    double[] squares = doubles(leader + StatisticsFormat.SQUARES);
    double[] counts = doubles(leader + StatisticsFormat.COUNTS);
    if (sums.length == 0 || squares.length != sums.length || counts.length != 3) {
      throw CheckpointFormatException.of(
          file.path(),
          leader,
          "has "
              + sums.length
              + " sums, "
              + squares.length
              + " sums of squares and "
              + counts.length
              + " counts, expected as many squares as sums and 3 counts");
    }
    String gram = leader + StatisticsFormat.GRAM;
    Optional<SymmetricMatrix> matrix =
        file.contains(gram) ? Optional.of(matrix(gram, sums.length, scope)) : Optional.empty();
    return Optional.of(
        new InputStatistics(sums, squares, matrix, (long) counts[0], (long) counts[1], counts[2]));
  }

  @Override
  public String input(Layer layer) {
    return leaders.getOrDefault(layer.qualifiedName(), layer.qualifiedName());
  }

  private TensorData tensor(String name) {
    if (!file.contains(name)) {
      throw CheckpointFormatException.of(file.path(), name, "is missing");
    }
    return file.tensor(name);
  }

  private double[] doubles(String name) throws IOException {
    TensorData data = tensor(name);
    if (data.dtype() != DType.F64 || data.shape().rank() != 1) {
      throw CheckpointFormatException.of(
          file.path(), name, "is " + data.dtype() + " " + data.shape() + ", expected F64 numbers");
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(data.byteSize())).order(ByteOrder.LITTLE_ENDIAN);
    data.read(0, bytes);
    double[] values = new double[bytes.flip().remaining() / 8];
    bytes.asDoubleBuffer().get(values);
    return values;
  }

  private SymmetricMatrix matrix(String name, int size, TensorScope scope) throws IOException {
    TensorData data = tensor(name);
    DType dtype = data.dtype();
    if ((dtype != DType.F32 && dtype != DType.F64)
        || data.shape().elements() != StatisticsFormat.packed(size)) {
      throw CheckpointFormatException.of(
          file.path(),
          name,
          "is " + dtype + " " + data.shape() + ", expected the upper triangle of " + size);
    }
    SymmetricMatrix matrix = SymmetricMatrix.zeros(size, scope);
    double[] row = new double[size];
    int[] at = {0, 0};
    TensorReader.forEachPiece(
        data,
        (first, piece) -> {
          for (int i = 0; i < piece.limit(); i += dtype.bytes()) {
            row[at[1]++] = dtype == DType.F64 ? piece.getDouble(i) : piece.getFloat(i);
            if (at[1] == size - at[0]) {
              matrix.put(at[0]++, row);
              at[1] = 0;
            }
          }
        });
    return matrix;
  }

  /**
   * Closes the file.
   *
   * @throws IOException if the system reports an error
   */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
