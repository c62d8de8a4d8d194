package io.github.espalier.sd2.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderFilesTest {
  private static void write(Path folder, Map<String, String> files) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  @Test
  void aWrittenFolderIsReadBack(@TempDir Path folder) throws IOException {
    for (ModelConfig config :
        new ModelConfig[] {ModelConfig.sd2(), ModelConfig.sd2Inpainting(), ModelConfig.sd15()}) {
      write(folder, FolderFiles.of(config));
      assertThat(ModelConfig.read(folder)).isEqualTo(config);
    }
  }

  @Test
  void componentsThatDoNotFitAreRefused(@TempDir Path folder) throws IOException {
    write(folder, FolderFiles.of(ModelConfig.sd2()));
    Files.writeString(folder.resolve("unet/config.json"), UnetConfig.sd15().toJson());
    assertThatThrownBy(() -> ModelConfig.read(folder))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(folder + ": cross_attention_dim");
  }

  @Test
  void everyFileIsJsonThatEndsInALineFeed() throws IOException {
    Map<String, String> files = FolderFiles.of(ModelConfig.sd2());
    assertThat(files)
        .containsOnlyKeys(
            "model_index.json",
            "scheduler/scheduler_config.json",
            "feature_extractor/preprocessor_config.json",
            "tokenizer/tokenizer_config.json",
            "tokenizer/special_tokens_map.json",
            "text_encoder/config.json",
            "unet/config.json",
            "vae/config.json");
    for (String content : files.values()) {
      assertThat(json(content).isObject()).isTrue();
      assertThat(content).endsWith("}\n").startsWith("{\n  \"").doesNotContain("\r", " :");
    }
  }

  @Test
  void theSchedulerPredictsWhatIsAskedFor() throws IOException {
    JsonNode scheduler = json(FolderFiles.scheduler("v_prediction"));
    assertThat(FolderFiles.of(ModelConfig.sd2()))
        .containsEntry(FolderFiles.SCHEDULER, FolderFiles.scheduler("v_prediction"));
    assertThat(scheduler.get("prediction_type").textValue()).isEqualTo("v_prediction");
    assertThat(scheduler.get("beta_schedule").textValue()).isEqualTo("scaled_linear");
    assertThat(scheduler.has("timestep_spacing")).isFalse();
    assertThat(json(FolderFiles.scheduler("epsilon")).get("prediction_type").textValue())
        .isEqualTo("epsilon");
    assertThatThrownBy(() -> FolderFiles.scheduler("sample"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sample");
  }

  @Test
  void theSpecialTokensPadWithAnExclamationMark() throws IOException {
    assertThat(json(FolderFiles.specialTokens()).get("pad_token").textValue()).isEqualTo("!");
    assertThat(json(FolderFiles.tokenizer(32)).get("model_max_length").intValue()).isEqualTo(32);
  }

  @Test
  void listsAreWrittenAsPythonWritesThem() {
    assertThat(UnetConfig.sd2().toJson())
        .startsWith(
            """
            {
              "_class_name": "UNet2DConditionModel",
              "_diffusers_version": "0.14.0",
              "act_fn": "silu",
              "attention_head_dim": [
                5,
                10,
                20,
                20
              ],
            """);
  }
}
