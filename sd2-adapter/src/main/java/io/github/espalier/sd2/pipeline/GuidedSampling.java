package io.github.espalier.sd2.pipeline;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Workspace;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.clip.ClipTextEncoder;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.noise.TorchRandom;
import io.github.espalier.sd2.scheduler.Sampler;
import io.github.espalier.sd2.scheduler.SchedulerConfig;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import io.github.espalier.sd2.tokenizer.Tokens;
import io.github.espalier.sd2.unet.Unet;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The sampling of images, without their decoding: the U-Net's evaluations one after another, as
 * {@link TextToImage} makes them. For those who want to see what the networks do meanwhile, by the
 * compute's {@linkplain io.github.espalier.sd2.nn.LayerTap tap}.
 *
 * <p>Latents are channels first, as noise is drawn. Immutable; safe for use by many threads, each
 * with its own {@link Compute}, while the networks' parameters are open.
 */
public final class GuidedSampling {
  private final ClipTextEncoder textEncoder;
  private final Unet unet;
  private final ClipTokenizer tokenizer;
  private final GenerationSettings settings;
  private final SchedulerConfig scheduler;
  private final int height;
  private final int width;
  private final int channels;
  private final @Nullable TextStateCache cache;

  private GuidedSampling(
      ModelConfig config,
      ClipTextEncoder textEncoder,
      Unet unet,
      ClipTokenizer tokenizer,
      GenerationSettings settings,
      SchedulerConfig scheduler,
      @Nullable TextStateCache cache) {
    this.cache = cache;
    this.textEncoder = textEncoder;
    this.unet = unet;
    this.tokenizer = tokenizer;
    this.settings = settings;
    this.scheduler =
        settings.scheduler().map(SchedulerConfig::asStableDiffusionPipelineDoes).orElse(scheduler);
    int reduction = config.vae().reduction();
    this.height = latents(config, "height", settings.height(), reduction);
    this.width = latents(config, "width", settings.width(), reduction);
    this.channels = config.unet().inChannels();
    requireDecodable(config, height * (long) reduction, width * (long) reduction);
  }

  /** The decoder's largest maps are as large as the image, with its second block's channels. */
  private static void requireDecodable(ModelConfig config, long height, long width) {
    List<Integer> blocks = config.vae().blockOutChannels();
    int most = Math.max(blocks.get(0), blocks.get(Math.min(1, blocks.size() - 1)));
    long pixels = Workspace.MOST_ELEMENTS / most;
    if (height * width > pixels) {
      throw new IllegalArgumentException(
          "size is "
              + width
              + "x"
              + height
              + ", "
              + height * width
              + " pixels, but this decoder can make "
              + pixels
              + " at most");
    }
  }

  /**
   * Prepares a sampling.
   *
   * @param config the model's sizes
   * @param textEncoder encodes the prompts
   * @param unet predicts
   * @param tokenizer turns prompts into tokens; of the text encoder's vocabulary and length
   * @param settings how images are made
   * @param scheduler takes the steps, unless the settings name another one; as {@link
   *     SchedulerConfig#asStableDiffusionPipelineDoes} makes it
   * @return the sampling
   * @throws IllegalArgumentException if the settings do not fit the model or the scheduler
   */
  public static GuidedSampling of(
      ModelConfig config,
      ClipTextEncoder textEncoder,
      Unet unet,
      ClipTokenizer tokenizer,
      GenerationSettings settings,
      SchedulerConfig scheduler) {
    return of(config, textEncoder, unet, tokenizer, settings, scheduler, null);
  }

  /** As {@link #of}, with states of texts that are known already. */
  static GuidedSampling of(
      ModelConfig config,
      ClipTextEncoder textEncoder,
      Unet unet,
      ClipTokenizer tokenizer,
      GenerationSettings settings,
      SchedulerConfig scheduler,
      @Nullable TextStateCache cache) {
    GuidedSampling sampling =
        new GuidedSampling(config, textEncoder, unet, tokenizer, settings, scheduler, cache);
    sampling.sampler(TorchRandom.seeded(0));
    return sampling;
  }

  private static int latents(ModelConfig config, String side, OptionalInt pixels, int reduction) {
    if (pixels.isEmpty()) {
      return config
          .unet()
          .sampleSize()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      side + " is not given, and the checkpoint does not say its own"));
    }
    int size = pixels.getAsInt();
    if (size % reduction != 0) {
      throw new IllegalArgumentException(
          side + " is " + size + ", but must be a multiple of " + reduction);
    }
    return size / reduction;
  }

  private Sampler sampler(TorchRandom random) {
    return scheduler.sampler(settings.steps(), settings.eta(), random);
  }

  /**
   * Returns how often the U-Net is evaluated for an image.
   *
   * @return 1 or more
   */
  public int calls() {
    return scheduler.sampler(settings.steps()).calls();
  }

  /**
   * Tells whether there is guidance. If so, each evaluation has two samples: the negative prompt's,
   * then the prompt's.
   *
   * @return whether the guidance scale is above 1
   */
  public boolean isGuided() {
    return settings.isGuided();
  }

  /**
   * Runs the networks for one image.
   *
   * @param compute does the work; its tap sees the text encoder, then the U-Net
   * @param request what to make
   * @param listener hears of each evaluation
   */
  public void run(Compute compute, ImageRequest request, SamplingListener listener) {
    latents(
        compute,
        tokenizer.encode(request.prompt()),
        tokenizer.encode(request.negativePrompt()),
        request.seed(),
        listener,
        (latents, call) -> {});
  }

  /**
   * Runs the networks.
   *
   * @param inspector sees the latents after each evaluation, and how many were done before it
   */
  float[] latents(
      Compute compute,
      Tokens prompt,
      Tokens negative,
      long seed,
      SamplingListener listener,
      ObjIntConsumer<float[]> inspector) {
    TorchRandom random = TorchRandom.seeded(seed);
    float[] latents = random.normals(channels * height * width);
    Sampler sampler = sampler(random);
    float scale = (float) sampler.initialNoiseScale();
    for (int i = 0; i < latents.length; i++) {
      latents[i] *= scale;
    }
    FloatMatrix context = encode(compute, prompt, negative);
    double[] timesteps = sampler.timesteps();
    float[] input = new float[latents.length];
    for (int call = 0; call < sampler.calls(); call++) {
      compute.check();
      sampler.scaleInput(call, latents, input);
      listener.before(call);
      float[] prediction = predict(compute, input, timesteps[call], context);
      sampler.step(call, prediction, latents);
      inspector.accept(latents, call);
      listener.after(call);
    }
    compute.release(context);
    return latents;
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  /** States of the negative prompt, then of the prompt; of the prompt alone without guidance. */
  private FloatMatrix encode(Compute compute, Tokens prompt, Tokens negative) {
    List<int[]> ids =
        settings.isGuided() ? List.of(ids(negative), ids(prompt)) : List.of(ids(prompt));
    float[] known = cache == null ? null : cache.find(ids);
    if (known != null) {
      int width = textEncoder.config().hiddenSize();
      FloatMatrix states = compute.take(known.length / width, width);
      states.put(0, 0, known, 0, known.length);
      return states;
    }
    FloatMatrix states = textEncoder.forward(compute, ids);
    if (cache != null) {
      cache.put(ids, states.toArray());
    }
    return states;
  }

  private static int[] ids(Tokens tokens) {
    return tokens.ids().stream().mapToInt(Integer::intValue).toArray();
  }

  private float[] predict(Compute compute, float[] input, double timestep, FloatMatrix context) {
    int samples = settings.isGuided() ? 2 : 1;
    int pixels = height * width;
    FloatMatrix values = compute.take(samples * pixels, channels);
    for (int sample = 0; sample < samples; sample++) {
      LatentPlanes.channelsLast(input, values.rows(sample * pixels, pixels));
    }
    FeatureMap map = new FeatureMap(values, samples, height, width);
    FeatureMap output = unet.forward(compute, map, timestep, context);
    compute.release(values);
    float[] prediction = LatentPlanes.channelsFirst(output.values().rows(0, pixels));
    if (samples == 2) {
      float[] prompted = LatentPlanes.channelsFirst(output.values().rows(pixels, pixels));
      float scale = (float) settings.guidanceScale();
      for (int i = 0; i < prediction.length; i++) {
        prediction[i] += scale * (prompted[i] - prediction[i]);
      }
    }
    compute.release(output.values());
    return prediction;
  }
}
