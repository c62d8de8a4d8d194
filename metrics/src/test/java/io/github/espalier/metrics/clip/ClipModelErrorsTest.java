package io.github.espalier.metrics.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.image.RgbImage;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipModelErrorsTest {
  private static final GoldenClip OPENAI = GoldenClip.named("openai");
  private static final GoldenClip OPEN_CLIP = GoldenClip.named("open-clip-gelu");
  private static final GoldenClip TRANSFORMERS = GoldenClip.named("transformers-quick");

  @TempDir Path folder;

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> ClipModel.open(folder))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContainingAll(parts);
  }

  private void writeWith(GoldenClip golden, String name, TensorData tensor) throws IOException {
    Map<String, TensorData> tensors = golden.tensors();
    tensors.put(name, tensor);
    golden.write(folder, tensors);
  }

  private static TensorData zeros(long... extents) {
    Shape shape = Shape.of(extents);
    return TensorData.ofFloats(shape, new float[Math.toIntExact(shape.elements())]);
  }

  @Test
  void tensorsOfOtherShapesAreNamed() throws IOException {
    String fused = "visual.transformer.resblocks.1.attn.in_proj_weight";
    writeWith(OPENAI, fused, zeros(384, 127));
    assertRefused("ViT.safetensors", fused, "[384, 127]", "[384, 128]");
    writeWith(OPENAI, "visual.proj", zeros(128, 41));
    assertRefused("ViT.safetensors", "visual.proj", "[128, 41]", "[128, 40]");
  }

  @Test
  void missingTensorsAreNamed() throws IOException {
    Map<String, TensorData> tensors = TRANSFORMERS.tensors();
    tensors.remove("visual_projection.weight");
    TRANSFORMERS.write(folder, tensors);
    assertRefused("model.safetensors", "visual_projection.weight", "missing", "[24, 48]");
  }

  /** As where a configuration of fewer blocks lies beside the weights. */
  @Test
  void tensorsThatNothingReadsAreNamed() throws IOException {
    String extra = "vision_model.encoder.layers.2.layer_norm1.bias";
    writeWith(TRANSFORMERS, extra, zeros(48));
    assertRefused("model.safetensors", extra, "no such tensor");
  }

  @Test
  void buffersAreLeftAlone() throws IOException {
    writeWith(TRANSFORMERS, "text_model.embeddings.position_ids", zeros(1, 77));
    try (ClipModel model = ClipModel.open(folder)) {
      assertThat(model.config().projectionDim()).isEqualTo(24);
    }
  }

  @Test
  void whatIsNoClipIsRefused() throws IOException {
    writeOnly(Map.of("unet.weight", zeros(2)));
    assertRefused("model.safetensors", "visual.conv1.weight");
    writeOnly(Map.of("visual.layer1.0.conv1.weight", zeros(2)));
    assertRefused("model.safetensors", "ResNet");
    Files.delete(folder.resolve("model.safetensors"));
    assertRefused(folder.toString(), "0 files", "converted");
    assertThatThrownBy(() -> ClipModel.open(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  private void writeOnly(Map<String, TensorData> tensors) throws IOException {
    Safetensors.write(folder.resolve("model.safetensors"), tensors, Map.of(), true);
  }

  @Test
  void openClipNeedsItsConfiguration() throws IOException {
    OPEN_CLIP.write(folder);
    Path config = folder.resolve("open_clip_config.json");
    String text = Files.readString(config);
    Files.delete(config);
    assertRefused("open_clip_model.safetensors", "open_clip_config.json", "activation");
    Files.writeString(config, text.replace("\"layers\":2,", "\"layers\":2,\"ls_init_value\":0.1,"));
    assertRefused("open_clip_config.json", "model_cfg.vision_cfg.ls_init_value", "not supported");
    Files.writeString(config, text.replace("\"heads\":4", "\"heads\":5"));
    assertRefused("open_clip_config.json", "hidden_size: 32", "5");
  }

  /** OpenCLIP's name of a model says it where its configuration does not. */
  @Test
  void folderNamesMaySayTheActivation() throws IOException {
    Path named = OPEN_CLIP.write(folder.resolve("ViT-tiny-QuickGELU"));
    try (ClipModel model = ClipModel.open(named)) {
      assertThat(model.config().text().hiddenAct().configName()).isEqualTo("quick_gelu");
    }
  }

  @Test
  void configurationsThatAskForOtherThingsAreRefused() throws IOException {
    TRANSFORMERS.write(folder);
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replace("\"quick_gelu\"", "\"relu\""));
    assertRefused("config.json", "text_config.hidden_act", "relu", "gelu or quick_gelu");
    Files.writeString(config, text.replace("\"eos_token_id\":49407", "\"eos_token_id\":49408"));
    assertRefused("config.json", "eos_token_id", "49408");
    Files.writeString(config, text.replace("\"eos_token_id\":49407", "\"eos_token_id\":5"));
    assertRefused("49407", "eos_token_id 5");
    Files.writeString(config, text);
    Path images = folder.resolve("preprocessor_config.json");
    Files.writeString(images, Files.readString(images).replace("\"resample\":3", "\"resample\":2"));
    assertRefused("preprocessor_config.json", "resample", "2", "3");
  }

  @Test
  void imagesOfAbsurdProportionsAreRefused() throws IOException {
    OPENAI.write(folder);
    try (ClipModel model = ClipModel.open(folder);
        Compute compute = Compute.withThreads(1)) {
      assertThatThrownBy(() -> model.embedImage(compute, new RgbImage(1, 101, new byte[3 * 101])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("1x101", "100");
      assertThatThrownBy(() -> model.withPreprocess(ClipPreprocess.openAi(224)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("224", "32");
    }
  }

  /** Moved and renamed it is the same model; with another number in it, another one. */
  @Test
  void fingerprintsAreOfContent() throws IOException {
    String first;
    try (ClipModel model = ClipModel.open(OPENAI.write(folder))) {
      first = model.fingerprint();
    }
    Path moved = Files.createDirectory(folder.resolve("moved")).resolve("renamed.safetensors");
    Files.copy(folder.resolve("ViT.safetensors"), moved);
    try (ClipModel model = ClipModel.open(moved)) {
      assertThat(model.fingerprint()).isEqualTo(first).hasSize(64);
    }
    writeWith(OPENAI, "ln_final.bias", zeros(64));
    try (ClipModel model = ClipModel.open(folder)) {
      assertThat(model.fingerprint()).isNotEqualTo(first);
    }
  }
}
