package io.github.espalier.sd2.architecture;

import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The small files of a Stable Diffusion 2 folder in the diffusers layout: everything but weights
 * and the tokenizer's {@code vocab.json} and {@code merges.txt}.
 *
 * <p>Those two are big, and {@code ClipVocabularyFiles} has CLIP's: a folder made with these files
 * alone has loadable components, but neither a tokenizer nor, therefore, a whole pipeline, until
 * they are added.
 *
 * <p>Source: the files of {@code stabilityai/stable-diffusion-2}. They are not copied byte for
 * byte: keys that only record who wrote them are left out.
 */
public final class FolderFiles {
  /** The path of the file that names the components and their classes. */
  public static final String MODEL_INDEX = "model_index.json";

  /** The folder of the scheduler. */
  public static final String SCHEDULER_FOLDER = "scheduler";

  /** The path of the scheduler's settings. */
  public static final String SCHEDULER = SCHEDULER_FOLDER + "/scheduler_config.json";

  /** The path of the settings for images that CLIP looks at. */
  public static final String PREPROCESSOR = "feature_extractor/preprocessor_config.json";

  /** The folder of the tokenizer. */
  public static final String TOKENIZER_FOLDER = "tokenizer";

  /** The path of the tokenizer's settings. */
  public static final String TOKENIZER = TOKENIZER_FOLDER + "/tokenizer_config.json";

  /** The path of the tokenizer's special tokens, which win over its settings. */
  public static final String SPECIAL_TOKENS = TOKENIZER_FOLDER + "/special_tokens_map.json";

  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";

  private FolderFiles() {}

  /**
   * Returns all files for a model that predicts velocity, as {@code stable-diffusion-2} does.
   *
   * @param config the model's sizes
   * @return paths relative to the folder, with {@code /}, and contents in UTF-8: the constants
   *     above and the {@code config.json} of each component
   */
  public static Map<String, String> of(ModelConfig config) {
    return of(config, "v_prediction");
  }

  /**
   * Returns all files for a model.
   *
   * @param config the model's sizes
   * @param predictionType as for {@link #scheduler}
   * @return paths relative to the folder, with {@code /}, and contents in UTF-8: the constants
   *     above and the {@code config.json} of each component
   * @throws IllegalArgumentException as for {@link #scheduler}
   */
  public static Map<String, String> of(ModelConfig config, String predictionType) {
    return ImmutableMap.<String, String>builder()
        .put(MODEL_INDEX, modelIndex())
        .put(SCHEDULER, scheduler(predictionType))
        .put(PREPROCESSOR, preprocessor())
        .put(TOKENIZER, tokenizer(config.textEncoder().maxPositionEmbeddings()))
        .put(SPECIAL_TOKENS, specialTokens(padToken(config.textEncoder())))
        .put(componentConfig(Sd2Component.TEXT_ENCODER), config.textEncoder().toJson())
        .put(componentConfig(Sd2Component.UNET), config.unet().toJson())
        .put(componentConfig(Sd2Component.VAE), config.vae().toJson())
        .buildOrThrow();
  }

  private static String componentConfig(Sd2Component component) {
    return component.folder() + "/config.json";
  }

  /**
   * Returns {@value #MODEL_INDEX}: a {@code StableDiffusionPipeline} without a safety checker.
   *
   * @return the file's content
   */
  public static String modelIndex() {
    return new ConfigWriter()
        .put("_class_name", "StableDiffusionPipeline")
        .put("_diffusers_version", UnetConfigJson.DIFFUSERS_VERSION)
        .put("feature_extractor", List.of("transformers", "CLIPImageProcessor"))
        .put("requires_safety_checker", false)
        .put("safety_checker", Arrays.asList(null, null))
        .put("scheduler", List.of("diffusers", "DDIMScheduler"))
        .put("text_encoder", List.of("transformers", "CLIPTextModel"))
        .put("tokenizer", List.of("transformers", "CLIPTokenizer"))
        .put("unet", List.of("diffusers", "UNet2DConditionModel"))
        .put("vae", List.of("diffusers", "AutoencoderKL"))
        .write();
  }

  /**
   * Returns {@value #SCHEDULER}: DDIM with the schedule of all Stable Diffusion models. As in the
   * published file, no timestep spacing is given, so that each scheduler takes its own.
   *
   * @param predictionType {@code v_prediction} or {@code epsilon}: what the U-Net was trained to
   *     predict
   * @return the file's content
   * @throws IllegalArgumentException if it is neither
   */
  public static String scheduler(String predictionType) {
    if (!List.of("v_prediction", "epsilon").contains(predictionType)) {
      throw new IllegalArgumentException(
          "prediction type " + predictionType + " is neither v_prediction nor epsilon");
    }
    return new ConfigWriter()
        .put("_class_name", "DDIMScheduler")
        .put("_diffusers_version", UnetConfigJson.DIFFUSERS_VERSION)
        .put("beta_end", 0.012)
        .put("beta_schedule", "scaled_linear")
        .put("beta_start", 0.00085)
        .put("clip_sample", false)
        .put("num_train_timesteps", 1000)
        .put("prediction_type", predictionType)
        .put("set_alpha_to_one", false)
        .put("skip_prk_steps", true)
        .put("steps_offset", 1)
        .put("trained_betas", null)
        .write();
  }

  /**
   * Returns {@value #PREPROCESSOR}: CLIP's 224 pixels, bicubic, cropped at the centre.
   *
   * @return the file's content
   */
  public static String preprocessor() {
    return new ConfigWriter()
        .put("crop_size", Map.of("height", 224, "width", 224))
        .put("do_center_crop", true)
        .put("do_convert_rgb", true)
        .put("do_normalize", true)
        .put("do_rescale", true)
        .put("do_resize", true)
        .put("image_mean", List.of(0.48145466, 0.4578275, 0.40821073))
        .put("image_processor_type", "CLIPImageProcessor")
        .put("image_std", List.of(0.26862954, 0.26130258, 0.27577711))
        .put("resample", 3)
        .put("rescale_factor", 1.0 / 255)
        .put("size", Map.of("shortest_edge", 224))
        .write();
  }

  /**
   * Returns {@value #TOKENIZER}. Its pad token is not the one in use: {@link #specialTokens} wins.
   *
   * @param maxLength longest text in tokens, with start and end; 77 for the published models
   * @return the file's content
   * @throws IllegalArgumentException if the length is less than 1
   */
  public static String tokenizer(int maxLength) {
    Checks.width("model_max_length", maxLength);
    return new ConfigWriter()
        .put("add_prefix_space", false)
        .put("bos_token", addedToken(START, true))
        .put("do_lower_case", true)
        .put("eos_token", addedToken(END, true))
        .put("errors", "replace")
        .put("model_max_length", maxLength)
        .put("pad_token", END)
        .put("tokenizer_class", "CLIPTokenizer")
        .put("unk_token", addedToken(END, true))
        .write();
  }

  /**
   * Returns {@value #SPECIAL_TOKENS}, by which SD 2 pads with {@code !}, token 0.
   *
   * @return the file's content
   */
  public static String specialTokens() {
    return specialTokens("!");
  }

  /**
   * Returns the token that fills texts up: {@code !} for OpenCLIP's text encoder, in SD 2. SD 1 has
   * OpenAI's own, which was trained with the end token as padding.
   *
   * @param config sizes of the text encoder
   * @return a token of CLIP's vocabulary
   */
  public static String padToken(TextEncoderConfig config) {
    return TextEncoderStyle.of(config) == TextEncoderStyle.OPEN_CLIP ? "!" : END;
  }

  private static String specialTokens(String pad) {
    return new ConfigWriter()
        .put("bos_token", addedToken(START, false))
        .put("eos_token", addedToken(END, false))
        .put("pad_token", pad)
        .put("unk_token", addedToken(END, false))
        .write();
  }

  private static Map<String, @Nullable Object> addedToken(String content, boolean typed) {
    Map<String, @Nullable Object> token = new LinkedHashMap<>();
    if (typed) {
      token.put("__type", "AddedToken");
    }
    token.put("content", content);
    token.put("lstrip", false);
    token.put("normalized", true);
    token.put("rstrip", false);
    token.put("single_word", false);
    return token;
  }
}
