package io.github.espalier.metrics.clip;

import io.github.espalier.sd2.architecture.TextActivation;
import io.github.espalier.sd2.architecture.TextEncoderConfig;
import io.github.espalier.sd2.json.JsonFile;
import io.github.espalier.sd2.nn.Elementwise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads the configuration of a model of OpenCLIP, for models of two transformers as OpenAI's are;
 * others are refused. Missing keys stand for the defaults of OpenCLIP's {@code CLIPVisionCfg},
 * {@code CLIPTextCfg} and {@code PreprocessCfg}.
 */
record OpenClipConfig(ClipConfig config, ClipPreprocess preprocess) {
  static final String NAME = "open_clip_config.json";

  private static final double EPSILON = 1e-5;
  private static final String QUICK = "quickgelu";

  private static final Set<String> MODEL_KEYS =
      Set.of(
          "embed_dim",
          "vision_cfg",
          "text_cfg",
          "quick_gelu",
          "custom_text",
          "init_logit_scale",
          "nonscalar_logit_scale");
  private static final Set<String> VISION_KEYS =
      Set.of(
          "image_size",
          "layers",
          "width",
          "head_width",
          "mlp_ratio",
          "patch_size",
          "patch_dropout",
          "pool_type",
          "pos_embed_type",
          "norm_kwargs",
          "attn_pooler_queries",
          "attn_pooler_heads");
  private static final Set<String> TEXT_KEYS =
      Set.of(
          "context_length",
          "vocab_size",
          "width",
          "heads",
          "layers",
          "mlp_ratio",
          "pool_type",
          "proj_type",
          "pad_id",
          "eos_id",
          "norm_kwargs");

  static OpenClipConfig read(Path file) throws IOException {
    ConfigValues root = ConfigValues.of(JsonFile.read(file));
    ConfigValues model = root.object("model_cfg");
    model.onlyKeys(MODEL_KEYS);
    boolean quick = model.flag("quick_gelu", isQuickByName(file));
    ConfigValues visionKeys = model.object("vision_cfg");
    ClipVisionConfig vision = vision(visionKeys, quick);
    TextEncoderConfig text = text(model.object("text_cfg"), model.positive("embed_dim"), quick);
    ClipConfig config = new ClipConfig(text, vision, OptionalInt.empty());
    return new OpenClipConfig(config, preprocess(root, vision.imageSize()));
  }

  /** OpenCLIP's names of models say it; where the configuration does not, the folder's name may. */
  private static boolean isQuickByName(Path file) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    Path name = folder == null ? null : folder.getFileName();
    return name != null && name.toString().toLowerCase(Locale.ROOT).contains(QUICK);
  }

  private static ClipVisionConfig vision(ConfigValues json, boolean quick) {
    json.onlyKeys(VISION_KEYS);
    json.only("pool_type", "tok");
    json.only("pos_embed_type", "learnable");
    int width = json.positive("width", 768);
    int headWidth = json.positive("head_width", 64);
    double ratio = json.number("mlp_ratio", 4);
    int image = json.square("image_size", 224);
    int patch = json.square("patch_size", 16);
    int layers = json.positive("layers", 12);
    double epsilon = epsilon(json);
    if (width % headWidth != 0) {
      throw json.wrong("width", Integer.toString(width), "a multiple of head_width " + headWidth);
    }
    return json.build(
        () ->
            new ClipVisionConfig(
                image,
                patch,
                width,
                (int) (width * ratio),
                layers,
                width / headWidth,
                quick ? Elementwise.Activation.QUICK_GELU : Elementwise.Activation.GELU,
                epsilon));
  }

  private static TextEncoderConfig text(ConfigValues json, int projection, boolean quick) {
    json.onlyKeys(TEXT_KEYS);
    json.only("pool_type", "argmax");
    json.only("proj_type", "linear");
    int width = json.positive("width", 512);
    double ratio = json.number("mlp_ratio", 4);
    int vocabulary = json.positive("vocab_size", 49_408);
    int layers = json.positive("layers", 12);
    int heads = json.positive("heads", 8);
    int positions = json.positive("context_length", 77);
    double epsilon = epsilon(json);
    return json.build(
        () ->
            new TextEncoderConfig(
                vocabulary,
                width,
                (int) (width * ratio),
                layers,
                heads,
                positions,
                quick ? TextActivation.QUICK_GELU : TextActivation.GELU,
                projection,
                epsilon));
  }

  private static double epsilon(ConfigValues json) {
    if (!json.has("norm_kwargs")) {
      return EPSILON;
    }
    ConfigValues norm = json.object("norm_kwargs");
    norm.onlyKeys(Set.of("eps"));
    return norm.number("eps", EPSILON);
  }

  private static ClipPreprocess preprocess(ConfigValues root, int imageSize) {
    if (!root.has("preprocess_cfg")) {
      return ClipPreprocess.openAi(imageSize);
    }
    ConfigValues json = root.object("preprocess_cfg");
    json.only("mode", "RGB");
    json.only("interpolation", "bicubic");
    json.only("resize_mode", "shortest");
    int size = json.square("size", imageSize);
    if (size != imageSize) {
      throw json.wrong(
          "size", Integer.toString(size), imageSize + ", the image_size of the image tower");
    }
    return json.build(
        () ->
            new ClipPreprocess(
                imageSize,
                ClipLayout.OPEN_CLIP.framing(),
                json.numbers("mean", ClipPreprocess.OPENAI_MEAN),
                json.numbers("std", ClipPreprocess.OPENAI_DEVIATION)));
  }
}
