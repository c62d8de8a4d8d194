package io.github.espalier.sd2.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What is written is read, whatever the types, shapes, names and layout. */
class RoundTripProperties {
  private static Path directory = Path.of("");

  @BeforeContainer
  static void createDirectory() throws IOException {
    directory = Files.createTempDirectory("round-trip");
  }

  @AfterContainer
  static void deleteDirectory() throws IOException {
    Files.deleteIfExists(directory);
  }

  @Provide
  static Arbitrary<List<TensorSpec>> specs() {
    Arbitrary<Shape> shapes = Arbitraries.longs().between(0, 5).list().ofMaxSize(5).map(Shape::of);
    Arbitrary<TensorSpec> specs =
        Combinators.combine(texts().filter(RoundTripProperties::canName), types(), shapes)
            .filter((name, type, shape) -> shape.elements() * type.bits() % 8 == 0)
            .as(TensorSpec::new);
    return specs.list().ofMaxSize(8).uniqueElements(TensorSpec::name);
  }

  @Provide
  static Arbitrary<Map<String, String>> metadata() {
    return Arbitraries.maps(texts(), texts()).ofMaxSize(3);
  }

  private static Arbitrary<DType> types() {
    return Arbitraries.of(DType.class);
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(12),
            Arbitraries.strings().withChars("ab.\"\\/\u00e9\uffff\ud83c\udf33").ofMaxLength(12))
        .filter(Names::isUnicode);
  }

  private static boolean canName(String text) {
    return !text.isEmpty() && !Names.hasControl(text) && !text.equals(Names.METADATA);
  }

  @Property(seed = "21")
  void modern(
      @ForAll("specs") List<TensorSpec> specs,
      @ForAll("metadata") Map<String, String> metadata,
      @ForAll Random random)
      throws IOException {
    SafetensorsLayout layout = SafetensorsLayout.modern(specs, metadata);
    assertThat(layout.header().dataOffset() % 8).isZero();
    roundTrip(layout, specs, metadata, random);
  }

  @Property(seed = "22")
  void legacy(
      @ForAll("specs") List<TensorSpec> specs,
      @ForAll("metadata") Map<String, String> metadata,
      @ForAll Random random)
      throws IOException {
    roundTrip(SafetensorsLayout.legacy(specs, metadata), specs, metadata, random);
  }

  @Property(seed = "23", tries = 200)
  void theShortWay(
      @ForAll("specs") List<TensorSpec> specs,
      @ForAll("metadata") Map<String, String> metadata,
      @ForAll Random random)
      throws IOException {
    Map<String, byte[]> contents = contents(specs, random);
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      tensors.put(
          spec.name(),
          TestFiles.tensor(
              spec.dtype(), spec.shape(), Objects.requireNonNull(contents.get(spec.name()))));
    }
    Path path = directory.resolve("short.safetensors");
    try {
      Safetensors.write(path, tensors, metadata);
      requireContents(path, specs, metadata, contents);
    } finally {
      Files.deleteIfExists(path);
    }
  }

  private static void roundTrip(
      SafetensorsLayout layout, List<TensorSpec> specs, Map<String, String> metadata, Random random)
      throws IOException {
    Map<String, byte[]> contents = contents(specs, random);
    Path path = directory.resolve("file.safetensors");
    try {
      try (SafetensorsWriter writer = SafetensorsWriter.open(path, layout)) {
        for (TensorSpec spec : specs) {
          byte[] bytes = Objects.requireNonNull(contents.get(spec.name()));
          int cut = random.nextInt(bytes.length + 1);
          writer.write(spec.name(), cut, ByteBuffer.wrap(bytes, cut, bytes.length - cut));
          writer.write(spec.name(), 0, ByteBuffer.wrap(bytes, 0, cut));
        }
        writer.finish();
      }
      requireContents(path, specs, metadata, contents);
    } finally {
      Files.deleteIfExists(path);
    }
  }

  private static Map<String, byte[]> contents(List<TensorSpec> specs, Random random) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      byte[] bytes = new byte[Math.toIntExact(spec.byteSize())];
      random.nextBytes(bytes);
      contents.put(spec.name(), bytes);
    }
    return contents;
  }

  private static void requireContents(
      Path path, List<TensorSpec> specs, Map<String, String> metadata, Map<String, byte[]> contents)
      throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.header().metadata()).isEqualTo(metadata);
      List<TensorSpec> found = new ArrayList<>();
      for (String name : file.names()) {
        found.add(file.spec(name));
        assertThat(TestFiles.bytes(file.tensor(name))).isEqualTo(contents.get(name));
        assertThat(file.map(name)).isEqualTo(ByteBuffer.wrap(contents.get(name)));
      }
      assertThat(found).containsExactlyInAnyOrderElementsOf(specs);
    }
  }
}
