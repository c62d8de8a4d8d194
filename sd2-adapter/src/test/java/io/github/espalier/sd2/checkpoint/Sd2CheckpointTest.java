package io.github.espalier.sd2.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Sd2CheckpointTest {
  @TempDir Path folder;

  private static long count(Sd2Checkpoint checkpoint, Component component, LayerKind kind) {
    return checkpoint.layers().stream()
        .filter(layer -> layer.component().equals(component) && layer.kind() == kind)
        .count();
  }

  @ParameterizedTest
  @CsvSource({
    "small-f16, 216, 66",
    "small-f32, 216, 66",
    "small-inpaint, 216, 66",
    "small-sd15, 184, 98",
    "small-f16.safetensors, 216, 66",
    "small-f32.safetensors, 216, 66",
    "small-sd15.safetensors, 184, 98"
  })
  void findsTheLayersOfEveryModelInBothLayouts(String name, int linear, int convolutions)
      throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(TestCheckpoints.resource(name))) {
      assertThat(count(checkpoint, Sd2Checkpoint.TEXT_ENCODER, LayerKind.LINEAR)).isEqualTo(18);
      assertThat(count(checkpoint, Sd2Checkpoint.UNET, LayerKind.LINEAR)).isEqualTo(linear);
      assertThat(count(checkpoint, Sd2Checkpoint.UNET, LayerKind.CONV2D)).isEqualTo(convolutions);
      assertThat(count(checkpoint, Sd2Checkpoint.VAE, LayerKind.LINEAR)).isEqualTo(8);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "small-f16, small-f16.safetensors",
    "small-f32, small-f32.safetensors",
    "small-sd15, small-sd15.safetensors"
  })
  void bothLayoutsOfAModelHoldTheSameWeights(String folderName, String fileName)
      throws IOException {
    try (Sd2Checkpoint one = Sd2Checkpoint.open(TestCheckpoints.resource(folderName));
        Sd2Checkpoint other = Sd2Checkpoint.open(TestCheckpoints.resource(fileName))) {
      assertThat(one.layout()).isEqualTo(CheckpointLayout.DIFFUSERS);
      assertThat(other.layout()).isEqualTo(CheckpointLayout.SINGLE_FILE);
      Map<String, ByteBuffer> expected = weights(one);
      assertThat(weights(other)).isEqualTo(expected).hasSizeGreaterThan(900);
    }
  }

  private static Map<String, ByteBuffer> weights(Sd2Checkpoint checkpoint) throws IOException {
    Map<String, ByteBuffer> weights = new TreeMap<>();
    for (Layer layer : checkpoint.layers()) {
      if (layer.kind() != LayerKind.OTHER) {
        ByteBuffer bytes =
            ByteBuffer.allocate(Math.toIntExact(checkpoint.weights(layer).byteSize()));
        checkpoint.weights(layer).read(0, bytes);
        weights.put(layer.qualifiedName() + layer.shape(), bytes.flip());
      }
    }
    return weights;
  }

  @Test
  void variantsShardsAndOldNamesHoldTheSameWeights() throws IOException {
    Path sharded = TestCheckpoints.copy(folder.resolve("s"), "small-f16", "variants/sharded");
    try (Sd2Checkpoint plain = Sd2Checkpoint.open(TestCheckpoints.resource("small-f16"));
        Sd2Checkpoint variant =
            Sd2Checkpoint.open(TestCheckpoints.resource("variants/fp16-variant"));
        Sd2Checkpoint named =
            Sd2Checkpoint.open(TestCheckpoints.resource("variants/fp16-variant"), "fp16");
        Sd2Checkpoint shards = Sd2Checkpoint.open(sharded)) {
      Map<String, ByteBuffer> expected = weights(plain);
      assertThat(weights(variant)).isEqualTo(expected);
      assertThat(variant.notes()).anyMatch(note -> note.contains("variant 'fp16'"));
      assertThat(weights(named)).isEqualTo(expected);
      assertThat(named.notes()).isEmpty();
      assertThat(weights(shards)).isEqualTo(expected);
      assertThat(shards.weightFiles()).hasSize(6);
    }
  }

  @Test
  void oldVaeNamesAndPositionIndicesAreRead() throws IOException {
    Path path = TestCheckpoints.copy(folder.resolve("o"), "small-f32", "variants/old-names");
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(path)) {
      assertThat(checkpoint.layers())
          .anyMatch(layer -> layer.name().equals("decoder.mid_block.attentions.0.query.weight"))
          .anyMatch(
              layer -> layer.name().endsWith("position_ids") && layer.kind() == LayerKind.OTHER);
      assertThat(count(checkpoint, Sd2Checkpoint.VAE, LayerKind.LINEAR)).isEqualTo(8);
    }
  }

  @Test
  void aMissingVariantNamesThoseThereAre() {
    Path path = TestCheckpoints.resource("variants/fp16-variant");
    assertThatThrownBy(() -> Sd2Checkpoint.open(path, "bf16"))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining("has no model.bf16.safetensors")
        .hasMessageContaining("variants fp16");
  }

  @Test
  void whatIsNoCheckpointIsRefused() throws IOException {
    assertThatThrownBy(() -> Sd2Checkpoint.open(folder))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining("model_index.json");
    assertThatThrownBy(() -> Sd2Checkpoint.open(folder.resolve("absent")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("absent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.ckpt", "m.bin", "m.pth"})
  void picklesAreRefusedUnread(String name) throws IOException {
    Path pickle = Files.writeString(folder.resolve(name), "\u0080\u0002}q\u0000.");
    assertThatThrownBy(() -> Sd2Checkpoint.open(pickle))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining("pickle");
  }

  @Test
  void aFolderWithPicklesOnlySaysWhatToDo() throws IOException {
    Path path = TestCheckpoints.copy(folder.resolve("p"), "small-f16");
    Files.move(
        path.resolve("unet/diffusion_pytorch_model.safetensors"),
        path.resolve("unet/diffusion_pytorch_model.bin"));
    assertThatThrownBy(() -> Sd2Checkpoint.open(path))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining("diffusion_pytorch_model.bin is a pickle");
  }

  @ParameterizedTest
  @CsvSource({
    "version https://git-lfs.github.com/spec/v1, LFS",
    "<!DOCTYPE html><html><body>404</body></html>, HTML"
  })
  void aFileThatIsSomethingElseIsNamedForWhatItIs(String text, String kind) throws IOException {
    Path path = TestCheckpoints.copy(folder.resolve("x"), "small-f16");
    Path weights = path.resolve("unet/diffusion_pytorch_model.safetensors");
    Files.write(weights, text.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Sd2Checkpoint.open(path))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining(weights.toString())
        .hasMessageContaining(kind);
  }

  @Test
  void aShapeThatTheConfigurationDoesNotGiveIsRefused() throws IOException {
    Path path = TestCheckpoints.copy(folder.resolve("c"), "small-f16");
    Path config = path.resolve("text_encoder/config.json");
    String text = Files.readString(config);
    Files.writeString(
        config, text.replace("\"intermediate_size\": 64", "\"intermediate_size\": 60"));
    assertThatThrownBy(() -> Sd2Checkpoint.open(path))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining("mlp.fc1.weight")
        .hasMessageContaining("[64, 16]")
        .hasMessageContaining("[60, 16]");
  }

  @Test
  void missingShardsAndUnknownShardsAreRefused() throws IOException {
    Path path = TestCheckpoints.copy(folder.resolve("s"), "small-f16", "variants/sharded");
    Path shard = path.resolve("unet/diffusion_pytorch_model-00002-of-00003.safetensors");
    Path index = path.resolve("unet/diffusion_pytorch_model.safetensors.index.json");
    Path aside = folder.resolve("aside");
    Files.move(shard, aside);
    assertThatThrownBy(() -> Sd2Checkpoint.open(path))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining(index.toString())
        .hasMessageContaining("00002-of-00003");
    Files.move(aside, shard);
    String text = Files.readString(index);
    Files.writeString(index, text.replaceFirst("00001-of-00003", "00002-of-00003"));
    assertThatThrownBy(() -> Sd2Checkpoint.open(path))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining(index.toString());
  }

  @Test
  void unknownLayersNameTheNearest() throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(TestCheckpoints.resource("small-f16"))) {
      Layer known = checkpoint.layers().get(0);
      Layer unknown =
          new Layer(known.name() + "x", known.component(), known.kind(), known.shape(), DType.F16);
      assertThatThrownBy(() -> checkpoint.weights(unknown))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nearest: " + known.qualifiedName());
    }
  }
}
