package io.github.espalier.metrics.clip;

import io.github.espalier.sd2.architecture.TextActivation;
import io.github.espalier.sd2.architecture.TextEncoderConfig;
import io.github.espalier.sd2.json.JsonFile;
import io.github.espalier.sd2.nn.Elementwise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Reads the configuration of a {@code CLIPModel} of transformers, whose defaults stand for missing
 * keys.
 */
final class TransformersConfig {
  static final String NAME = "config.json";

  private static final String PREPROCESSOR = "preprocessor_config.json";
  private static final String PROCESSOR = "processor_config.json";

  /** An end token that old files name wrongly, for which transformers takes the highest id. */
  private static final int LEGACY_END = 2;

  private static final int BICUBIC = 3;

  private TransformersConfig() {}

  static ClipConfig read(Path file) throws IOException {
    ConfigValues root = ConfigValues.of(JsonFile.read(file));
    root.only("model_type", "clip");
    ConfigValues text = part(root, "text_config");
    ConfigValues vision = part(root, "vision_config");
    vision.only("num_channels", 3);
    int end = text.integer("eos_token_id", 49_407);
    return root.build(
        () ->
            new ClipConfig(
                text(text, root.positive("projection_dim", 512)),
                vision(vision),
                end == LEGACY_END ? OptionalInt.empty() : OptionalInt.of(end)));
  }

  /** In old files the same is said twice, and the second is what transformers takes. */
  private static ConfigValues part(ConfigValues root, String key) {
    return root.object(root.has(key + "_dict") ? key + "_dict" : key);
  }

  private static TextEncoderConfig text(ConfigValues json, int projection) {
    int vocabulary = json.positive("vocab_size", 49_408);
    int width = json.positive("hidden_size", 512);
    int intermediate = json.positive("intermediate_size", 2048);
    int layers = json.positive("num_hidden_layers", 12);
    int heads = json.positive("num_attention_heads", 8);
    int positions = json.positive("max_position_embeddings", 77);
    TextActivation activation = activation(json);
    double epsilon = json.number("layer_norm_eps", 1e-5);
    return json.build(
        () ->
            new TextEncoderConfig(
                vocabulary,
                width,
                intermediate,
                layers,
                heads,
                positions,
                activation,
                projection,
                epsilon));
  }

  private static ClipVisionConfig vision(ConfigValues json) {
    int image = json.positive("image_size", 224);
    int patch = json.positive("patch_size", 32);
    int width = json.positive("hidden_size", 768);
    int intermediate = json.positive("intermediate_size", 3072);
    int layers = json.positive("num_hidden_layers", 12);
    int heads = json.positive("num_attention_heads", 12);
    Elementwise.Activation activation =
        activation(json) == TextActivation.GELU
            ? Elementwise.Activation.GELU
            : Elementwise.Activation.QUICK_GELU;
    double epsilon = json.number("layer_norm_eps", 1e-5);
    return json.build(
        () ->
            new ClipVisionConfig(
                image, patch, width, intermediate, layers, heads, activation, epsilon));
  }

  private static TextActivation activation(ConfigValues json) {
    String name = json.text("hidden_act", "quick_gelu");
    return switch (name) {
      case "gelu" -> TextActivation.GELU;
      case "quick_gelu" -> TextActivation.QUICK_GELU;
      default -> throw json.wrong("hidden_act", "\"" + name + "\"", "gelu or quick_gelu");
    };
  }

  /** Reads how images are prepared, from the files beside the configuration if there are any. */
  static ClipPreprocess preprocess(Path folder, int imageSize) throws IOException {
    ClipFraming framing = ClipLayout.TRANSFORMERS.framing();
    Path file = folder.resolve(PREPROCESSOR);
    Path other = folder.resolve(PROCESSOR);
    ConfigValues json;
    if (Files.exists(file)) {
      json = ConfigValues.of(JsonFile.read(file));
    } else if (Files.exists(other)) {
      json = ConfigValues.of(JsonFile.read(other)).object("image_processor");
    } else {
      return ClipPreprocess.openAi(imageSize).withFraming(framing);
    }
    for (String step : new String[] {"do_resize", "do_center_crop", "do_rescale", "do_normalize"}) {
      json.only(step, true);
    }
    json.only("resample", BICUBIC);
    requireSize(json, "size", imageSize);
    requireSize(json, "crop_size", imageSize);
    return json.build(
        () ->
            new ClipPreprocess(
                imageSize,
                framing,
                json.numbers("image_mean", ClipPreprocess.OPENAI_MEAN),
                json.numbers("image_std", ClipPreprocess.OPENAI_DEVIATION)));
  }

  private static void requireSize(ConfigValues json, String key, int imageSize) {
    int found = json.square(key, imageSize);
    if (found != imageSize) {
      throw json.wrong(
          key, Integer.toString(found), imageSize + ", the image_size of the image tower");
    }
  }
}
