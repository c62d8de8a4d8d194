package io.github.espalier.sd2.masks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.mask.MaskSet;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskFileTest {
  @TempDir Path folder;

  @Property(tries = 300, seed = "2411151132")
  void masksComeBack(
      @ForAll @Size(max = 4) List<@LongRange(min = 0, max = 30) Long> extents, @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    Map<String, Mask> masks = new LinkedHashMap<>();
    for (int i = 0; i < random.nextInt(4); i++) {
      MaskBuilder mask = Mask.builder(Shape.of(extents));
      for (long index = 0; index < Shape.of(extents).elements(); index++) {
        if (random.nextBoolean()) {
          mask.prune(index);
        }
      }
      masks.put("unet/layer." + i + ".weight", mask.build());
    }
    Path file = Files.createTempDirectory("espalier-masks").resolve("m.safetensors");
    try {
      MaskFile.write(file, new MaskSet(masks));
      assertThat(MaskFile.read(file).masks()).isEqualTo(masks);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(file.getParent());
    }
  }

  @Test
  void aFileThatHoldsNoMasksIsRefused() throws IOException {
    Path file = folder.resolve("w.safetensors");
    Safetensors.write(
        file, Map.of("a", TensorData.ofFloats(Shape.of(2), 1, 2)), Map.of("format", "pt"));
    assertThatThrownBy(() -> MaskFile.read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining("is no mask file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":[9]} | has 1 bytes",
        "{\"a\":[7]} | are set",
        "{\"b\":[8]} | is no mask",
        "{\"a\":[-1]} | no JSON object of shapes",
        "nonsense | no JSON object of shapes"
      })
  void shapesThatDoNotFitAreRefused(String shapes, String reason) throws IOException {
    Path file = folder.resolve("m.safetensors");
    TensorData bits =
        TensorData.ofBytes(DType.U8, Shape.of(1), ByteBuffer.wrap(new byte[] {(byte) 0xff}));
    Safetensors.write(
        file, Map.of("a", bits), Map.of("espalier.format", "masks-1", "espalier.shapes", shapes));
    assertThatThrownBy(() -> MaskFile.read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining(reason);
  }
}
