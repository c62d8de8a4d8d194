package io.github.espalier.sd2.pipeline;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.image.RgbImage;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.noise.TorchRandom;
import io.github.espalier.sd2.scheduler.Sampler;
import io.github.espalier.sd2.scheduler.SchedulerConfig;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import io.github.espalier.sd2.tokenizer.Tokens;
import java.util.List;
import java.util.function.IntConsumer;

/** Makes one image after another. Latents are channels first, as noise is drawn. */
final class ImageMaker {
  /**
   * From here on the decoder's maps are not added to the U-Net's; below, allocating anew is dearer.
   */
  private static final long MUCH_MEMORY = 256L << 20;

  private final Networks networks;
  private final ClipTokenizer tokenizer;
  private final GenerationSettings settings;
  private final SchedulerConfig scheduler;
  private final int height;
  private final int width;
  private final int channels;

  ImageMaker(
      Networks networks,
      ClipTokenizer tokenizer,
      GenerationSettings settings,
      SchedulerConfig scheduler,
      int height,
      int width) {
    this.networks = networks;
    this.tokenizer = tokenizer;
    this.settings = settings;
    this.scheduler = scheduler;
    this.height = height;
    this.width = width;
    this.channels = networks.config().unet().inChannels();
  }

  int calls() {
    return scheduler.sampler(settings.steps()).calls();
  }

  GeneratedImage make(Compute compute, int index, ImageRequest request, IntConsumer onCall) {
    TorchRandom random = TorchRandom.seeded(request.seed());
    float[] latents = random.normals(channels * height * width);
    Sampler sampler = scheduler.sampler(settings.steps(), settings.eta(), random);
    float scale = (float) sampler.initialNoiseScale();
    for (int i = 0; i < latents.length; i++) {
      latents[i] *= scale;
    }
    Tokens prompt = tokenizer.encode(request.prompt());
    Tokens negative = tokenizer.encode(request.negativePrompt());
    FloatMatrix context = encode(compute, prompt, negative);
    double[] timesteps = sampler.timesteps();
    float[] input = new float[latents.length];
    for (int call = 0; call < sampler.calls(); call++) {
      compute.check();
      sampler.scaleInput(call, latents, input);
      float[] prediction = predict(compute, input, timesteps[call], context);
      sampler.step(call, prediction, latents);
      if (!areFinite(latents)) {
        throw new NonFiniteImageException(index, request, "after U-Net call " + (call + 1));
      }
      onCall.accept(call + 1);
    }
    compute.release(context);
    if (compute.workspace().bytes() > MUCH_MEMORY) {
      compute.workspace().trim();
    }
    FeatureMap decoded = decode(compute, latents);
    float[] colours = decoded.values().toArray();
    compute.release(decoded.values());
    if (!areFinite(colours)) {
      throw new NonFiniteImageException(index, request, "from the decoder");
    }
    RgbImage image = new RgbImage(decoded.width(), decoded.height(), pixels(colours));
    return new GeneratedImage(index, request, prompt, negative, sampler.calls(), image);
  }

  /** States of the negative prompt, then of the prompt; of the prompt alone without guidance. */
  private FloatMatrix encode(Compute compute, Tokens prompt, Tokens negative) {
    List<int[]> ids =
        settings.isGuided() ? List.of(ids(negative), ids(prompt)) : List.of(ids(prompt));
    return networks.textEncoder().forward(compute, ids);
  }

  private static int[] ids(Tokens tokens) {
    return tokens.ids().stream().mapToInt(Integer::intValue).toArray();
  }

  private float[] predict(Compute compute, float[] input, double timestep, FloatMatrix context) {
    int samples = settings.isGuided() ? 2 : 1;
    int pixels = height * width;
    FloatMatrix values = compute.take(samples * pixels, channels);
    for (int sample = 0; sample < samples; sample++) {
      channelsLast(input, values.rows(sample * pixels, pixels));
    }
    FeatureMap map = new FeatureMap(values, samples, height, width);
    FeatureMap output = networks.unet().forward(compute, map, timestep, context);
    compute.release(values);
    float[] prediction = channelsFirst(output.values().rows(0, pixels));
    if (samples == 2) {
      float[] prompted = channelsFirst(output.values().rows(pixels, pixels));
      float scale = (float) settings.guidanceScale();
      for (int i = 0; i < prediction.length; i++) {
        prediction[i] += scale * (prompted[i] - prediction[i]);
      }
    }
    compute.release(output.values());
    return prediction;
  }

  private static boolean areFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private FeatureMap decode(Compute compute, float[] latents) {
    float factor = (float) networks.config().vae().scalingFactor();
    float[] scaled = new float[latents.length];
    for (int i = 0; i < latents.length; i++) {
      scaled[i] = latents[i] / factor;
    }
    FloatMatrix values = compute.take(height * width, channels);
    channelsLast(scaled, values);
    FeatureMap decoded =
        networks.decoder().forward(compute, new FeatureMap(values, 1, height, width));
    compute.release(values);
    return decoded;
  }

  private static byte[] pixels(float[] colours) {
    byte[] pixels = new byte[colours.length];
    for (int i = 0; i < colours.length; i++) {
      float unit = Math.max(0f, Math.min(1f, colours[i] * 0.5f + 0.5f));
      pixels[i] = (byte) Math.rint(unit * 255f);
    }
    return pixels;
  }

  private void channelsLast(float[] planes, FloatMatrix matrix) {
    int pixels = matrix.rows();
    float[] row = new float[channels];
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int channel = 0; channel < channels; channel++) {
        row[channel] = planes[channel * pixels + pixel];
      }
      matrix.put(pixel, 0, row, 0, channels);
    }
  }

  private static float[] channelsFirst(FloatMatrix matrix) {
    int pixels = matrix.rows();
    int channels = matrix.columns();
    float[] rows = matrix.toArray();
    float[] planes = new float[rows.length];
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int channel = 0; channel < channels; channel++) {
        planes[channel * pixels + pixel] = rows[pixel * channels + channel];
      }
    }
    return planes;
  }
}
