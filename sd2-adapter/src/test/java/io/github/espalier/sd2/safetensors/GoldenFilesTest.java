package io.github.espalier.sd2.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that the Python package wrote, in its present and in its oldest layout: read here, and
 * written again to the same bytes.
 *
 * <p>They are made by {@code src/test/python/make_safetensors_golden.py}.
 */
class GoldenFilesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "modern-empty", "modern-layers", "modern-metadata", "modern-names", "modern-shapes",
        "modern-types", "legacy-empty", "legacy-layers", "legacy-metadata", "legacy-names",
        "legacy-shapes", "legacy-types"
      })
  void readAndWrittenAgain(String name) throws Exception {
    byte[] golden = TestFiles.resource(name + ".safetensors");
    Path source = Files.write(directory.resolve("source.safetensors"), golden);
    try (SafetensorsFile file = SafetensorsFile.open(source)) {
      List<TensorSpec> specs = new ArrayList<>();
      for (TensorInfo info : file.header().tensors()) {
        assertThat(TestFiles.bytes(file.tensor(info.name())))
            .isEqualTo(TestFiles.pattern(info.name(), (int) info.byteSize()));
        ByteBuffer mapped = file.map(info.name());
        assertThat(mapped).isEqualTo(ByteBuffer.wrap(TestFiles.bytes(file.tensor(info.name()))));
        specs.add(info.spec());
      }
      Collections.shuffle(specs, new Random(7));
      Map<String, String> metadata = file.header().metadata();
      SafetensorsLayout layout =
          name.startsWith("modern")
              ? SafetensorsLayout.modern(specs, metadata)
              : SafetensorsLayout.legacy(specs, metadata);
      assertThat(copy(file, layout, "copy")).isEqualTo(golden);
      assertThat(copy(file, SafetensorsLayout.preserved(file.header()), "kept")).isEqualTo(golden);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "modern-layers",
        "modern-metadata",
        "modern-names",
        "modern-shapes",
        "modern-types"
      })
  void writtenByTheShortWay(String name) throws Exception {
    byte[] golden = TestFiles.resource(name + ".safetensors");
    Path source = Files.write(directory.resolve("source.safetensors"), golden);
    Path target = directory.resolve("target.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(source)) {
      Map<String, TensorData> tensors = new HashMap<>();
      file.names().forEach(tensor -> tensors.put(tensor, file.tensor(tensor)));
      Safetensors.write(target, tensors, file.header().metadata());
    }
    assertThat(target).hasBinaryContent(golden);
  }

  private byte[] copy(SafetensorsFile source, SafetensorsLayout layout, String name)
      throws Exception {
    Path target = directory.resolve(name);
    try (SafetensorsWriter writer = SafetensorsWriter.open(target, layout)) {
      for (String tensor : source.names()) {
        writer.writeAll(tensor, source.tensor(tensor));
      }
      writer.finish();
    }
    assertThat(Files.size(target)).isEqualTo(layout.fileSize());
    return Files.readAllBytes(target);
  }

  @Test
  void contentsAreAsTheScriptSays() {
    SafetensorsHeader shapes =
        TestFiles.accepted(TestFiles.resource("modern-shapes.safetensors"), VerdictMode.STRICT);
    assertThat(shapes.tensors())
        .containsExactly(
            new TensorInfo("none.deep", DType.I64, Shape.of(2, 0, 4), 0, 0),
            new TensorInfo("none", DType.F32, Shape.of(0), 0, 0),
            new TensorInfo("scalar", DType.F32, Shape.of(), 0, 4),
            new TensorInfo("deep", DType.BF16, Shape.of(1, 2, 1, 3, 2), 4, 28),
            new TensorInfo("one", DType.F16, Shape.of(1), 28, 30));
    assertThat(shapes.metadata()).containsExactly(Map.entry("format", "pt"));
    assertThat(
            TestFiles.accepted(TestFiles.resource("legacy-names.safetensors"), VerdictMode.STRICT)
                .names())
        .containsExactly(
            "Upper",
            "poids d'entrée",
            "quote \" and \\ and /",
            "spaces in it",
            "\uFFFF last of the plane",
            "\uD83C\uDF33 espalier");
    assertThat(
            TestFiles.accepted(TestFiles.resource("modern-types.safetensors"), VerdictMode.STRICT)
                .tensors())
        .extracting(TensorInfo::dtype)
        .hasSize(20)
        .isSortedAccordingTo(Collections.reverseOrder());
  }
}
