package io.github.espalier.sd2.architecture;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelIndexTest {
  @TempDir Path folder;

  private ModelIndex index(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
    return ModelIndex.read(folder);
  }

  private void write(byte[] bytes) throws IOException {
    Files.write(folder.resolve("model_index.json"), bytes);
  }

  private void assertRefused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining(folder.resolve("model_index.json").toString())
        .hasMessageContainingAll(parts);
  }

  @Test
  void whatEspalierWritesIsForTextToImage() throws IOException {
    ModelIndex index = index(FolderFiles.modelIndex());
    index.requireStableDiffusion();
    index.requireTextToImage();
  }

  @ParameterizedTest
  @CsvSource({
    "7b22ff223a317d, not JSON",
    "fffe0000ffffffff, not JSON",
    "0000ffff, not JSON",
    "7b, not JSON",
    "'', expected an object",
    "5b5d, expected an object",
    "2278, not JSON",
  })
  void whatIsNoJsonObjectIsNamed(String hex, String message) throws IOException {
    write(HexFormat.of().parseHex(hex));
    assertRefused(() -> ModelIndex.read(folder), message);
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> ModelIndex.read(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("model_index.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "StableDiffusionXLPipeline",
        "StableDiffusionXLImg2ImgPipeline",
        "StableDiffusion3Pipeline",
        "FluxPipeline",
      })
  void otherArchitecturesAreRefused(String name) throws IOException {
    ModelIndex index = index("{\"_class_name\": \"" + name + "\"}");
    assertRefused(index::requireStableDiffusion, name, "another architecture");
    assertRefused(index::requireTextToImage, name);
  }

  @Test
  void otherTasksOpenButMakeNoImages() throws IOException {
    ModelIndex index = index("{\"_class_name\": \"StableDiffusionInpaintPipeline\"}");
    index.requireStableDiffusion();
    assertRefused(index::requireTextToImage, "StableDiffusionInpaintPipeline", "expected");
  }

  @ParameterizedTest
  @CsvSource({
    "CLIPTextModel, T5EncoderModel, text_encoder",
    "CLIPTokenizer, T5Tokenizer, tokenizer",
    "UNet2DConditionModel, UNet2DModel, unet",
    "AutoencoderKL, AutoencoderTiny, vae",
  })
  void otherClassesAreRefused(String own, String other, String component) throws IOException {
    ModelIndex index = index(FolderFiles.modelIndex().replace(own, other));
    assertRefused(
        index::requireTextToImage, "class of " + component + " is \"" + other + "\"", own);
  }
}
