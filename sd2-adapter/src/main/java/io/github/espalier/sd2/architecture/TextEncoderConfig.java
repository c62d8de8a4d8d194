package io.github.espalier.sd2.architecture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * The sizes of the text encoder: what {@code text_encoder/config.json} says.
 *
 * <p>SD 2 keeps 23 of the 24 blocks of OpenCLIP's ViT-H/14, as it uses the state after the
 * 23<sup>rd</sup>; SD 1 has the 12 blocks of OpenAI's ViT-L/14.
 *
 * <p>Sources: the configurations of {@code stabilityai/stable-diffusion-2} and {@code
 * runwayml/stable-diffusion-v1-5}; {@code CLIPTextConfig} of transformers for the meaning and
 * default of each key. The ids of special tokens in such a file are wrong for historical reasons
 * (transformers, pull request 24773): they are neither read nor meant, and the tokenizer decides.
 *
 * @param vocabSize rows of the token table
 * @param hiddenSize width of the states, a multiple of {@code numAttentionHeads}
 * @param intermediateSize width between the two linear layers of a block
 * @param numHiddenLayers number of blocks
 * @param numAttentionHeads heads of each block
 * @param maxPositionEmbeddings longest text in tokens
 * @param hiddenAct activation between the two linear layers of a block
 * @param projectionDim width of CLIP's joint space; in the file, but not used by Stable Diffusion
 * @param layerNormEps epsilon of the layer normalisations, above 0
 */
public record TextEncoderConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int maxPositionEmbeddings,
    TextActivation hiddenAct,
    int projectionDim,
    double layerNormEps) {

  /** What transformers takes where a file does not say, and what SD 2's file says. */
  static final int DEFAULT_PROJECTION_DIM = 512;

  private static final String MODEL_TYPE = "clip_text_model";

  private static final TextEncoderConfig SD2 =
      new TextEncoderConfig(
          49_408, 1024, 4096, 23, 16, 77, TextActivation.GELU, DEFAULT_PROJECTION_DIM, 1e-5);

  private static final TextEncoderConfig SD15 =
      new TextEncoderConfig(49_408, 768, 3072, 12, 12, 77, TextActivation.QUICK_GELU, 768, 1e-5);

  /**
   * Checks the sizes against each other.
   *
   * @param vocabSize rows of the token table
   * @param hiddenSize width of the states, a multiple of {@code numAttentionHeads}
   * @param intermediateSize width between the two linear layers of a block
   * @param numHiddenLayers number of blocks
   * @param numAttentionHeads heads of each block
   * @param maxPositionEmbeddings longest text in tokens
   * @param hiddenAct activation between the two linear layers of a block
   * @param projectionDim width of CLIP's joint space; in the file, but not used by Stable Diffusion
   * @param layerNormEps epsilon of the layer normalisations, above 0
   * @throws IllegalArgumentException if a size is less than 1 or absurdly large, or the width is
   *     not a multiple of the number of heads; the message begins with the JSON key
   */
  public TextEncoderConfig {
    Checks.width("vocab_size", vocabSize);
    Checks.width("hidden_size", hiddenSize);
    Checks.width("intermediate_size", intermediateSize);
    Checks.count("num_hidden_layers", numHiddenLayers);
    Checks.count("num_attention_heads", numAttentionHeads);
    Checks.width("max_position_embeddings", maxPositionEmbeddings);
    Checks.width("projection_dim", projectionDim);
    Checks.positive("layer_norm_eps", layerNormEps);
    Checks.multiple("hidden_size", hiddenSize, "num_attention_heads", numAttentionHeads);
  }

  /**
   * Returns the sizes of {@code stable-diffusion-2} and its inpainting, base and 2.1 siblings.
   *
   * @return the configuration, with 340,387,840 parameters
   */
  public static TextEncoderConfig sd2() {
    return SD2;
  }

  /**
   * Returns the sizes of {@code stable-diffusion-v1-5}.
   *
   * @return the configuration, with 123,060,480 parameters
   */
  public static TextEncoderConfig sd15() {
    return SD15;
  }

  /**
   * Reads a {@code text_encoder/config.json}. Unknown keys are ignored; a missing key stands for
   * the default of transformers' class.
   *
   * @param file the JSON file
   * @return the configuration
   * @throws IOException if the file cannot be read
   * @throws io.github.espalier.core.model.CheckpointFormatException if it is not JSON, a value has
   *     the wrong type or contradicts another, or it describes another kind of model
   */
  public static TextEncoderConfig read(Path file) throws IOException {
    ConfigReader json = ConfigReader.open(file);
    json.only("model_type", MODEL_TYPE);
    // With an attention mask the pipeline hides pad tokens, which this family never does.
    json.only("use_attention_mask", false, null);
    int vocabSize = json.positive("vocab_size", 49_408);
    int hiddenSize = json.positive("hidden_size", 512);
    int intermediateSize = json.positive("intermediate_size", 2048);
    int layers = json.positive("num_hidden_layers", 12);
    int heads = json.positive("num_attention_heads", 8);
    int positions = json.positive("max_position_embeddings", 77);
    TextActivation activation = activation(json);
    int projection =
        json.positiveOrNull("projection_dim", OptionalInt.empty()).orElse(DEFAULT_PROJECTION_DIM);
    double eps = json.number("layer_norm_eps", 1e-5);
    return json.build(
        () ->
            new TextEncoderConfig(
                vocabSize,
                hiddenSize,
                intermediateSize,
                layers,
                heads,
                positions,
                activation,
                projection,
                eps));
  }

  private static TextActivation activation(ConfigReader json) {
    String name = json.text("hidden_act", TextActivation.QUICK_GELU.configName());
    for (TextActivation activation : TextActivation.values()) {
      if (activation.configName().equals(name)) {
        return activation;
      }
    }
    throw json.wrong("hidden_act", "\"" + name + "\"", "gelu or quick_gelu");
  }

  /**
   * Returns the configuration as the {@code config.json} that transformers loads.
   *
   * <p>It does not name an element type, so that the weights' own holds. The ids of special tokens
   * are the historical ones of the published files.
   *
   * @return the file's content, ending in a line feed
   */
  public String toJson() {
    return new ConfigWriter()
        .put("architectures", List.of("CLIPTextModel"))
        .put("attention_dropout", 0.0)
        .put("bos_token_id", 0)
        .put("dropout", 0.0)
        .put("eos_token_id", 2)
        .put("hidden_act", hiddenAct.configName())
        .put("hidden_size", hiddenSize)
        .put("initializer_factor", 1.0)
        .put("initializer_range", 0.02)
        .put("intermediate_size", intermediateSize)
        .put("layer_norm_eps", layerNormEps)
        .put("max_position_embeddings", maxPositionEmbeddings)
        .put("model_type", MODEL_TYPE)
        .put("num_attention_heads", numAttentionHeads)
        .put("num_hidden_layers", numHiddenLayers)
        .put("pad_token_id", 1)
        .put("projection_dim", projectionDim)
        .put("transformers_version", "4.25.1")
        .put("vocab_size", vocabSize)
        .write();
  }
}
