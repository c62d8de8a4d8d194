package io.github.espalier.sd2.sparse;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.Safetensors;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SparseProperties {
  /** One tensor's type, extents, share of zeros, and seed of its content. */
  record Sample(DType dtype, List<Long> extents, double zeros, long seed) {
    TensorData data() {
      Shape shape = Shape.of(extents);
      int width = dtype.bytes();
      byte[] bytes = new byte[Math.toIntExact(shape.elements() * width)];
      Random random = new Random(seed);
      for (int i = 0; i < bytes.length; i += width) {
        if (random.nextDouble() >= zeros) {
          for (int b = 0; b < width; b++) {
            // Half of the bytes are 0 or 0x80, so that -0 and small numbers occur.
            bytes[i + b] =
                (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(2) * 0x80);
          }
        }
      }
      return TensorData.ofBytes(dtype, shape, ByteBuffer.wrap(bytes));
    }
  }

  @Provide
  Arbitrary<List<Sample>> samples() {
    Arbitrary<DType> types = Arbitraries.of(DType.F16, DType.BF16, DType.F32, DType.F64, DType.I64);
    Arbitrary<List<Long>> extents =
        Arbitraries.longs().between(0, 40).list().ofMinSize(0).ofMaxSize(3);
    Arbitrary<Double> zeros = Arbitraries.of(0.0, 0.3, 0.5, 0.9, 1.0);
    return Combinators.combine(types, extents, zeros, Arbitraries.longs())
        .as(Sample::new)
        .list()
        .ofMinSize(0)
        .ofMaxSize(4);
  }

  @Property(tries = 300, seed = "2411151131")
  void theDenseFileComesBack(@ForAll("samples") List<Sample> samples, @ForAll Random random)
      throws IOException {
    Path folder = Files.createTempDirectory("espalier-sparse");
    try {
      Map<String, TensorData> tensors = new LinkedHashMap<>();
      for (Sample sample : samples) {
        tensors.put("t" + tensors.size(), sample.data());
      }
      Path dense = folder.resolve("dense.safetensors");
      Path sparse = folder.resolve("sparse.safetensors");
      Safetensors.write(dense, tensors, Map.of("format", "pt"));
      try (SafetensorsFile file = SafetensorsFile.open(dense)) {
        SparseWriter.write(file, sparse);
        try (SparseFile back = SparseFile.of(SafetensorsFile.open(sparse))) {
          assertThat(back.header().rawBytes()).isEqualTo(file.header().rawBytes());
          for (TensorInfo info : file.header().tensors()) {
            requireSame(file.tensor(info.name()), back.tensor(info.name()), random);
          }
        }
      }
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private static void requireSame(TensorData expected, TensorData found, Random random)
      throws IOException {
    assertThat(found.dtype()).isEqualTo(expected.dtype());
    assertThat(found.shape()).isEqualTo(expected.shape());
    assertThat(bytes(found, 0, found.byteSize())).isEqualTo(bytes(expected, 0, found.byteSize()));
    for (int i = 0; i < 5; i++) {
      long from = random.nextLong(expected.byteSize() + 1);
      long count = random.nextLong(expected.byteSize() - from + 1);
      assertThat(bytes(found, from, count)).isEqualTo(bytes(expected, from, count));
    }
  }

  private static byte[] bytes(TensorData data, long from, long count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(count));
    data.read(from, bytes);
    return bytes.array();
  }
}
