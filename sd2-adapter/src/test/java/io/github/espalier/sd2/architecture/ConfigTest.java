package io.github.espalier.sd2.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigTest {
  @TempDir private Path folder;

  private Path file(String json) throws IOException {
    return Files.writeString(folder.resolve("config.json"), json);
  }

  @Test
  void publishedConfigurationsSurviveTheirJson() throws IOException {
    for (UnetConfig unet :
        List.of(UnetConfig.sd2(), UnetConfig.sd2Inpainting(), UnetConfig.sd15())) {
      assertThat(UnetConfig.read(file(unet.toJson()))).isEqualTo(unet);
    }
    for (VaeConfig vae : List.of(VaeConfig.sd2(), VaeConfig.sd15())) {
      assertThat(VaeConfig.read(file(vae.toJson()))).isEqualTo(vae);
    }
    for (TextEncoderConfig text : List.of(TextEncoderConfig.sd2(), TextEncoderConfig.sd15())) {
      assertThat(TextEncoderConfig.read(file(text.toJson()))).isEqualTo(text);
    }
  }

  @Test
  void missingKeysTakeTheDefaultsOfTheClasses() throws IOException {
    assertThat(UnetConfig.read(file("{}")))
        .isEqualTo(UnetConfig.sd15().toBuilder().anySampleSize().crossAttentionDim(1280).build());
    assertThat(VaeConfig.read(file("{}")))
        .isEqualTo(new VaeConfig(OptionalInt.of(32), 3, 3, 4, List.of(64), 1, 32, 0.18215));
    assertThat(TextEncoderConfig.read(file("{}")))
        .isEqualTo(
            new TextEncoderConfig(
                49_408, 512, 2048, 12, 8, 77, TextActivation.QUICK_GELU, 512, 1e-5));
  }

  @Test
  void unknownKeysAreIgnored() throws IOException {
    String json = UnetConfig.sd2().toJson().replaceFirst("\\{", "{\"new_key\": [1, {}],");
    assertThat(UnetConfig.read(file(json))).isEqualTo(UnetConfig.sd2());
  }

  @Test
  void everySpellingOfOneMeaningIsRead() throws IOException {
    UnetConfig config =
        UnetConfig.read(
            file(
                """
                {"sample_size": [64, 64], "layers_per_block": [2, 2, 2, 2],
                 "cross_attention_dim": [768, 768, 768, 768], "attention_head_dim": [8, 8, 8, 8],
                 "transformer_layers_per_block": [1, 1, 1, 1], "mid_block_scale_factor": 1.0,
                 "act_fn": "swish", "num_class_embeds": null, "upcast_attention": null,
                 "mid_block_only_cross_attention": null, "norm_eps": 0.00001}
                """));
    assertThat(config).isEqualTo(UnetConfig.sd15());
  }

  @Test
  void numberOfHeadsIsOneForAllBlocksOrOneForEach() throws IOException {
    assertThat(UnetConfig.sd15().toJson()).contains("\"attention_head_dim\": 8,");
    assertThat(UnetConfig.read(file("{\"attention_head_dim\": [5, 10, 20, 20]}")).headCounts())
        .containsExactly(5, 10, 20, 20);
    assertThat(UnetConfig.read(file("{\"attention_head_dim\": 4}")).headCounts())
        .containsExactly(4, 4, 4, 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"in_channels\": \"4\"; in_channels: found \"4\", expected an integer of at least 1",
        "\"in_channels\": 4.5; in_channels: found 4.5, expected an integer of at least 1",
        "\"in_channels\": null; in_channels: found null, expected an integer of at least 1",
        "\"in_channels\": 0; in_channels: found 0, expected an integer of at least 1",
        "\"in_channels\": 12345678901; in_channels: found 12345678901, expected an integer",
        "\"in_channels\": 2000000000; in_channels: 2000000000 is not from 1 to 1048576",
        "\"block_out_channels\": 320; block_out_channels: found 320, expected a list",
        "\"block_out_channels\": []; block_out_channels: found [], expected a list",
        "\"block_out_channels\": [320, \"a\"]; block_out_channels: found \"a\", expected a list",
        "\"block_out_channels\": [32, 64]; down_block_types: 4 values, but block_out_channels has 2",
        "\"block_out_channels\": [320, 640, 1280, 30]; "
            + "block_out_channels: 30 is not a multiple of norm_num_groups 32",
        "\"block_out_channels\": [1,2,3,4], \"norm_num_groups\": 1; the first, 1, is not even",
        "\"attention_head_dim\": [5, 10]; attention_head_dim: 2 values, but block_out_channels has 4",
        "\"attention_head_dim\": 7; block_out_channels: 320 is not a multiple of attention_head_dim 7",
        "\"sample_size\": [64, 96]; sample_size: found [64,96], expected one integer or two equal",
        "\"layers_per_block\": [1, 2, 2, 2]; layers_per_block: found [1,2,2,2], expected one integer",
        "\"use_linear_projection\": 1; use_linear_projection: found 1, expected true or false",
        "\"norm_eps\": \"small\"; norm_eps: found \"small\", expected a number",
        "\"norm_eps\": 0; norm_eps: 0.0 is not positive",
        "\"norm_num_groups\": null; norm_num_groups: found null, expected an integer",
        "\"down_block_types\": [\"DownBlock2D\", 1]; down_block_types: found [\"DownBlock2D\",1]",
        "\"up_block_types\": [\"SkipUpBlock2D\"]; up_block_types: found \"SkipUpBlock2D\", expected"
            + " UpBlock2D or CrossAttnUpBlock2D",
        "\"mid_block_type\": null; mid_block_type: found null, expected \"UNetMidBlock2DCrossAttn\"",
        "\"addition_embed_type\": \"text_time\"; addition_embed_type: found \"text_time\", expected null",
        "\"class_embed_type\": \"projection\"; class_embed_type: found \"projection\", expected null",
        "\"num_class_embeds\": 1000; num_class_embeds: found 1000, expected null",
        "\"dual_cross_attention\": true; dual_cross_attention: found true, expected false or null",
        "\"only_cross_attention\": [true]; only_cross_attention: found [true], expected false",
        "\"num_attention_heads\": 8; num_attention_heads: found 8, expected null",
        "\"act_fn\": \"gelu\"; act_fn: found \"gelu\", expected \"silu\" or \"swish\"",
        "\"flip_sin_to_cos\": false; flip_sin_to_cos: found false, expected true",
        "\"freq_shift\": 1; freq_shift: found 1, expected 0",
        "\"_class_name\": \"UNet2DModel\"; _class_name: found \"UNet2DModel\"",
      })
  void unetSaysWhichKeyIsWrong(String entry, String message) throws IOException {
    Path file = file("{" + entry + "}");
    assertThatThrownBy(() -> UnetConfig.read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"block_out_channels\": [64, 64]; down_block_types: found 1 values, expected 2",
        "\"down_block_types\": [\"DownBlock2D\"]; down_block_types: found \"DownBlock2D\"",
        "\"norm_num_groups\": 24; block_out_channels: 64 is not a multiple of norm_num_groups 24",
        "\"use_quant_conv\": false; use_quant_conv: found false, expected true",
        "\"mid_block_add_attention\": false; mid_block_add_attention: found false",
        "\"shift_factor\": 0.1; shift_factor: found 0.1, expected null",
        "\"scaling_factor\": -1; scaling_factor: -1.0 is not positive",
        "\"_class_name\": \"AutoencoderTiny\"; _class_name: found \"AutoencoderTiny\"",
      })
  void vaeSaysWhichKeyIsWrong(String entry, String message) throws IOException {
    Path file = file("{" + entry + "}");
    assertThatThrownBy(() -> VaeConfig.read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"num_attention_heads\": 7; hidden_size: 512 is not a multiple of num_attention_heads 7",
        "\"hidden_act\": \"relu\"; hidden_act: found \"relu\", expected gelu or quick_gelu",
        "\"hidden_act\": 1; hidden_act: found 1, expected a string",
        "\"model_type\": \"t5\"; model_type: found \"t5\", expected \"clip_text_model\"",
        "\"use_attention_mask\": true; use_attention_mask: found true, expected false",
        "\"vocab_size\": true; vocab_size: found true, expected an integer",
        "\"num_hidden_layers\": 5000; num_hidden_layers: 5000 is not from 1 to 1024",
      })
  void textEncoderSaysWhichKeyIsWrong(String entry, String message) throws IOException {
    Path file = file("{" + entry + "}");
    assertThatThrownBy(() -> TextEncoderConfig.read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[]; found [], expected an object",
        "''; expected an object",
        "{; not JSON",
        "{} {}; not JSON",
        "{\"in_channels\": 4, \"in_channels\": 9}; not JSON: Duplicate",
      })
  void filesThatAreNotJsonObjectsAreRefused(String json, String message) throws IOException {
    Path file = file(json);
    assertThatThrownBy(() -> UnetConfig.read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void missingFilesAreMissingFiles() {
    assertThatThrownBy(() -> UnetConfig.read(folder.resolve("config.json")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void wrongArgumentsAreRefused() {
    UnetConfig.Builder builder = UnetConfig.sd2().toBuilder().layersPerBlock(0);
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("layers_per_block: 0 is not from 1 to 1024");
    assertThatThrownBy(() -> VaeConfig.sd2().withSampleSize(OptionalInt.of(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sample_size: 0 is not from 1 to 1048576");
  }

  @Test
  void componentsMustFit() {
    assertThatThrownBy(
            () -> new ModelConfig(UnetConfig.sd15(), VaeConfig.sd2(), TextEncoderConfig.sd2()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cross_attention_dim of the U-Net is 768")
        .hasMessageContaining("hidden_size of the text encoder is 1024");
  }
}
