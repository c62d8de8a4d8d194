package io.github.espalier.sd2.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class SingleFileInspectorTest {
  private static final Path FILE = Path.of("model.safetensors");

  /** Tensors that the inference itself reads. */
  private static final List<String> NEEDED =
      List.of(
          "model.diffusion_model.input_blocks.0.0.weight",
          "model.diffusion_model.input_blocks.1.0.in_layers.2.weight",
          "model.diffusion_model.middle_block.1.proj_in.weight",
          "model.diffusion_model.middle_block.1.transformer_blocks.0.norm1.weight",
          "model.diffusion_model.out.2.weight",
          "first_stage_model.encoder.conv_in.weight",
          "first_stage_model.encoder.down.0.block.0.conv1.weight",
          "first_stage_model.decoder.conv_out.weight",
          "first_stage_model.post_quant_conv.weight",
          "cond_stage_model.model.token_embedding.weight",
          "cond_stage_model.model.positional_embedding",
          "cond_stage_model.model.transformer.resblocks.0.mlp.c_fc.weight");

  private static ModelConfig anySize(ModelConfig config) {
    return new ModelConfig(
        config.unet().toBuilder().anySampleSize().build(),
        config.vae().withSampleSize(OptionalInt.empty()),
        config.textEncoder());
  }

  private static Map<String, Shape> published(ModelConfig config) {
    SingleFileNames names =
        SingleFileNames.of(
            config, TextEncoderStyle.of(config.textEncoder()), VaeAttentionNames.NEW);
    Map<String, Shape> file = new LinkedHashMap<>(names.singleFileTensors());
    file.putAll(names.publishedExtras());
    return file;
  }

  @Test
  void sd2IsInferredFromTheReference() {
    InferredModel model = SingleFileInspector.infer(FILE, Golden.sd2("single_file"));
    assertThat(model.config()).isEqualTo(anySize(ModelConfig.sd2()));
    assertThat(model.style()).isEqualTo(TextEncoderStyle.OPEN_CLIP);
    assertThat(model.contents().complete()).isTrue();
    assertThat(model.contents().unknown()).isEmpty();
    assertThat(model.assumptions())
        .containsExactly(
            "the U-Net's blocks have [5, 10, 20, 20] attention heads",
            "the U-Net's normalisations have 32 groups",
            "the VAE's normalisations have 32 groups",
            "the text encoder's blocks have 16 attention heads",
            "the text encoder's activation is gelu",
            "the last of the 24 text blocks is not used");
    assertThat(model.names(VaeAttentionNames.OLD).singleFileTensors()).hasSize(1_214);
  }

  @Test
  void siblingsAreInferred() {
    assertThat(SingleFileInspector.infer(FILE, published(ModelConfig.sd2Inpainting())).config())
        .isEqualTo(anySize(ModelConfig.sd2Inpainting()));
    InferredModel sd15 = SingleFileInspector.infer(FILE, published(ModelConfig.sd15()));
    assertThat(sd15.config()).isEqualTo(anySize(ModelConfig.sd15()));
    assertThat(sd15.style()).isEqualTo(TextEncoderStyle.HUGGING_FACE);
  }

  /** As exported from a folder: 23 blocks, and nothing else of OpenCLIP's. */
  @Test
  void anExportHasNoUnusedBlock() {
    Map<String, Shape> file = published(ModelConfig.sd2());
    file.keySet().removeIf(name -> name.contains("resblocks.23.") || name.endsWith("projection"));
    InferredModel model = SingleFileInspector.infer(FILE, file);
    assertThat(model.config().textEncoder()).isEqualTo(TextEncoderConfig.sd2());
  }

  @Test
  void theBlocksOfVitHAreKnownWithoutTheProjection() {
    Map<String, Shape> file = published(ModelConfig.sd2());
    file.remove("cond_stage_model.model.text_projection");
    InferredModel model = SingleFileInspector.infer(FILE, file);
    assertThat(model.config().textEncoder()).isEqualTo(TextEncoderConfig.sd2());
  }

  @Test
  void smallChannelsGetFewerGroupsAndSayThat() {
    ModelConfig config =
        new ModelConfig(
            UnetConfig.sd2().toBuilder()
                .blocks(
                    List.of(16, 32),
                    List.of(UnetBlockType.CROSS_ATTENTION, UnetBlockType.PLAIN),
                    List.of(UnetBlockType.PLAIN, UnetBlockType.CROSS_ATTENTION),
                    List.of(2, 4))
                .crossAttentionDim(64)
                .normNumGroups(8)
                .build(),
            VaeConfig.sd2(),
            new TextEncoderConfig(99, 64, 128, 2, 4, 16, TextActivation.GELU, 512, 1e-5));
    InferredModel model = SingleFileInspector.infer(FILE, published(config));
    assertThat(model.config().unet().normNumGroups()).isEqualTo(16);
    assertThat(model.config().unet().headCounts()).containsExactly(1, 1);
    assertThat(model.config().textEncoder().numAttentionHeads()).isEqualTo(1);
    assertThat(model.assumptions()).contains("the U-Net's normalisations have 16 groups");
  }

  private static void refuses(Map<String, Shape> file, String message) {
    assertThatThrownBy(() -> SingleFileInspector.infer(FILE, file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith("model.safetensors: ")
        .hasMessageContaining(message);
  }

  @Test
  void otherFilesAreRefused() {
    refuses(Map.of(), "found no text encoder");
    refuses(
        Map.of("conditioner.embedders.0.transformer.text_model.final_layer_norm.bias", Shape.of(1)),
        "which is SDXL");
    Map<String, Shape> unclip = published(ModelConfig.sd2());
    unclip.put("model.diffusion_model.label_emb.0.0.weight", Shape.of(1280, 2048));
    refuses(unclip, "class embeddings");
  }

  @Test
  void missingTensorsAreNamed() {
    for (String name : NEEDED) {
      Map<String, Shape> file = published(ModelConfig.sd2());
      assertThat(file.remove(name)).as(name).isNotNull();
      refuses(file, name);
    }
    Map<String, Shape> file = published(ModelConfig.sd2());
    file.remove("model.diffusion_model.input_blocks.5.0.out_layers.0.bias");
    refuses(
        file,
        "model.diffusion_model.input_blocks.5.0.out_layers.0.bias: missing, expected in shape"
            + " [640] by the shapes of other tensors");
  }

  @Test
  void contradictoryShapesAreNamed() {
    Map<String, Shape> file = published(ModelConfig.sd2());
    file.put("model.diffusion_model.input_blocks.5.0.out_layers.0.bias", Shape.of(641));
    refuses(file, "found shape [641], expected [640] by the shapes of other tensors");

    file = published(ModelConfig.sd2());
    file.put("first_stage_model.post_quant_conv.weight", Shape.of(8, 8, 1, 1));
    refuses(file, "out_channels of the U-Net is 4, but latent_channels of the VAE is 8");

    file = published(ModelConfig.sd2());
    file.put("model.diffusion_model.input_blocks.0.0.weight", Shape.of(320));
    refuses(file, "found shape [320], expected at least 2 dimensions");

    file = published(ModelConfig.sd2());
    file.put("model.diffusion_model.out.2.weight", Shape.of(0, 320, 3, 3));
    refuses(file, "expected extents from 1");

    file = published(ModelConfig.sd2());
    file.remove("model.diffusion_model.input_blocks.6.0.op.weight");
    file.put("model.diffusion_model.input_blocks.6.0.in_layers.2.weight", Shape.of(1, 1, 3, 3));
    refuses(file, "layers, expected 2 as in the first one");
  }
}
