package io.github.espalier.sd2.calibration;

import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.SymmetricMatrix;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.safetensors.SafetensorsLayout;
import io.github.espalier.sd2.safetensors.SafetensorsWriter;
import io.github.espalier.sd2.safetensors.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes a collector's sums, one group after another. */
final class StatisticsWriter {
  private static final int BUFFER = 1 << 20;

  private final DType gramType;
  private final boolean hasGram;

  /**
   * Prepares to write.
   *
   * @param gramType F64 to go on from the sums, F32 to prune from them
   */
  StatisticsWriter(StatisticsNeed need, DType gramType) {
    this.gramType = gramType;
    this.hasGram = need == StatisticsNeed.GRAM;
  }

  void write(Path file, List<InputGroup> groups, SumCollector sums, Map<String, String> metadata)
      throws IOException {
    List<TensorSpec> specs = new ArrayList<>();
    groups.forEach(group -> addSpecs(group, specs));
    SafetensorsLayout layout = SafetensorsLayout.modern(specs, metadata);
    try (SafetensorsWriter writer = SafetensorsWriter.open(file, layout)) {
      for (InputGroup group : groups) {
        try (TensorScope scope = new TensorScope()) {
          write(writer, group.leader().qualifiedName(), sums.snapshot(group, scope));
        }
      }
      writer.finish();
    }
  }

  private void addSpecs(InputGroup group, List<TensorSpec> specs) {
    String name = group.leader().qualifiedName();
    Shape width = Shape.of(group.width());
    specs.add(new TensorSpec(name + StatisticsFormat.SUMS, DType.F64, width));
    specs.add(new TensorSpec(name + StatisticsFormat.SQUARES, DType.F64, width));
    specs.add(new TensorSpec(name + StatisticsFormat.COUNTS, DType.F64, Shape.of(3)));
    if (hasGram) {
      Shape packed = Shape.of(StatisticsFormat.packed(group.width()));
      specs.add(new TensorSpec(name + StatisticsFormat.GRAM, gramType, packed));
    }
  }

  private void write(SafetensorsWriter writer, String name, InputStatistics statistics)
      throws IOException {
    put(writer, name + StatisticsFormat.SUMS, statistics.sums());
    put(writer, name + StatisticsFormat.SQUARES, statistics.sumsOfSquares());
    put(
        writer,
        name + StatisticsFormat.COUNTS,
        (double) statistics.tokens(),
        (double) statistics.samples(),
        statistics.sampleWeight());
    if (hasGram) {
      writeGram(writer, name + StatisticsFormat.GRAM, statistics.gram().orElseThrow());
    }
  }

  private static void put(SafetensorsWriter writer, String name, double... values)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    writer.write(name, 0, bytes);
  }

  private void writeGram(SafetensorsWriter writer, String name, SymmetricMatrix gram)
      throws IOException {
    int width = gramType.bytes();
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.max(BUFFER, gram.size() * width)).order(ByteOrder.LITTLE_ENDIAN);
    double[] row = new double[gram.size()];
    long offset = 0;
    for (int i = 0; i < gram.size(); i++) {
      int count = gram.size() - i;
      if (buffer.remaining() < count * width) {
        offset += flush(writer, name, offset, buffer);
      }
      gram.get(i, row);
      for (int j = 0; j < count; j++) {
        if (gramType == DType.F64) {
          buffer.putDouble(row[j]);
        } else {
          buffer.putFloat((float) row[j]);
        }
      }
    }
    flush(writer, name, offset, buffer);
  }

  private static int flush(SafetensorsWriter writer, String name, long offset, ByteBuffer buffer)
      throws IOException {
    int count = buffer.flip().remaining();
    writer.write(name, offset, buffer);
    buffer.clear();
    return count;
  }
}
