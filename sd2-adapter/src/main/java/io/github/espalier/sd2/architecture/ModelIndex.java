package io.github.espalier.sd2.architecture;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableMap;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.json.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What a folder's {@code model_index.json} says it is made of. Immutable. */
public final class ModelIndex {
  private static final String PIPELINE = "_class_name";

  private static final Pattern OTHER_ARCHITECTURES =
      Pattern.compile("(?:StableDiffusion(?:XL|3)|Flux)\\w*");

  private static final Set<String> TEXT_TO_IMAGE =
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

  private final JsonFile json;

  private ModelIndex(JsonFile json) {
    this.json = json;
  }

  /**
   * Reads a folder's index.
   *
   * @param folder a folder in the diffusers layout
   * @return its index
   * @throws CheckpointFormatException if it is no JSON object
   * @throws IOException if it cannot be read
   */
  public static ModelIndex read(Path folder) throws IOException {
    return new ModelIndex(JsonFile.read(folder.resolve(FolderFiles.MODEL_INDEX)));
  }

  /**
   * Refuses other architectures, so that the error says what the folder is instead of which file it
   * lacks. Whatever else is of Stable Diffusion's architecture passes.
   *
   * @throws CheckpointFormatException if the folder is for SDXL, Stable Diffusion 3 or Flux
   */
  public void requireStableDiffusion() {
    String pipeline = pipeline();
    if (OTHER_ARCHITECTURES.matcher(pipeline).matches()) {
      throw CheckpointFormatException.of(
          json.file(),
          PIPELINE
              + " is \""
              + pipeline
              + "\", another architecture; Espalier reads Stable Diffusion 1 and 2");
    }
  }

  /**
   * Refuses a folder that does not make images from text, or whose parts are of other classes than
   * Stable Diffusion's.
   *
   * @throws CheckpointFormatException if the pipeline or a component is of another class
   */
  public void requireTextToImage() {
    String pipeline = pipeline();
    if (!TEXT_TO_IMAGE.contains(pipeline)) {
      throw CheckpointFormatException.of(
          json.file(),
          PIPELINE
              + " is \""
              + pipeline
              + "\", expected \"StableDiffusionPipeline\": Espalier makes images with Stable"
              + " Diffusion 1 and 2 only");
    }
    for (Map.Entry<String, Set<String>> each : CLASSES.entrySet()) {
      String name = text(json.root().path(each.getKey()).path(1));
      if (!each.getValue().contains(name)) {
        throw CheckpointFormatException.of(
            json.file(),
            "the class of "
                + each.getKey()
                + " is \""
                + name
                + "\", expected "
                + String.join(" or ", each.getValue().stream().sorted().toList()));
      }
    }
  }

  private String pipeline() {
    return text(json.root().path(PIPELINE));
  }

  private static String text(JsonNode node) {
    return node.asText("");
  }
}
