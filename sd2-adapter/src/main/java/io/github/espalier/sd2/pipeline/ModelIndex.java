package io.github.espalier.sd2.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.architecture.FolderFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** What a folder's model_index.json says it is made of, as far as that must be known. */
final class ModelIndex {
  private static final Set<String> PIPELINES =
      Set.of(
          "StableDiffusionPipeline",
          "StableDiffusionImg2ImgPipeline",
          "StableDiffusionPipelineSafe");

  private static final Map<String, Set<String>> CLASSES =
      ImmutableMap.of(
          "text_encoder", Set.of("CLIPTextModel"),
          "tokenizer", Set.of("CLIPTokenizer", "CLIPTokenizerFast"),
          "unet", Set.of("UNet2DConditionModel"),
          "vae", Set.of("AutoencoderKL"));

  private ModelIndex() {}

  /** Refuses a folder whose parts are of other classes than this pipeline runs. */
  static void check(Path folder) throws IOException {
    Path file = folder.resolve(FolderFiles.MODEL_INDEX);
    if (!Files.exists(file)) {
      return;
    }
    JsonNode index;
    try {
      index = new ObjectMapper().readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw CheckpointFormatException.of(file, "is not JSON: " + e.getOriginalMessage(), e);
    }
    String pipeline = index.path("_class_name").asText("");
    if (!PIPELINES.contains(pipeline)) {
      throw CheckpointFormatException.of(
          file,
          "_class_name is \""
              + pipeline
              + "\", expected \"StableDiffusionPipeline\": Espalier makes images with Stable"
              + " Diffusion 1 and 2 only");
    }
    for (Map.Entry<String, Set<String>> each : CLASSES.entrySet()) {
      String name = index.path(each.getKey()).path(1).asText("");
      if (!each.getValue().contains(name)) {
        throw CheckpointFormatException.of(
            file,
            "the class of "
                + each.getKey()
                + " is \""
                + name
                + "\", expected "
                + String.join(" or ", each.getValue().stream().sorted().toList()));
      }
    }
  }
}
