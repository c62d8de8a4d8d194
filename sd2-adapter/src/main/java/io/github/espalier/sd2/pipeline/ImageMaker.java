package io.github.espalier.sd2.pipeline;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.image.RgbImage;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import io.github.espalier.sd2.tokenizer.Tokens;
import java.util.function.IntConsumer;

/** Makes one image after another. */
final class ImageMaker {
  /**
   * From here on the decoder's maps are not added to the U-Net's; below, allocating anew is dearer.
   */
  private static final long MUCH_MEMORY = 256L << 20;

  private final Networks networks;
  private final ClipTokenizer tokenizer;
  private final GuidedSampling sampling;

  ImageMaker(Networks networks, ClipTokenizer tokenizer, GuidedSampling sampling) {
    this.networks = networks;
    this.tokenizer = tokenizer;
    this.sampling = sampling;
  }

  int calls() {
    return sampling.calls();
  }

  GeneratedImage make(Compute compute, int index, ImageRequest request, IntConsumer onCall) {
    Tokens prompt = tokenizer.encode(request.prompt());
    Tokens negative = tokenizer.encode(request.negativePrompt());
    SamplingListener listener =
        new SamplingListener() {
          @Override
          public void after(int call) {
            onCall.accept(call + 1);
          }
        };
    float[] latents =
        sampling.latents(
            compute,
            prompt,
            negative,
            request.seed(),
            listener,
            (each, call) -> requireFinite(each, index, request, "after U-Net call " + (call + 1)));
    if (compute.workspace().bytes() > MUCH_MEMORY) {
      compute.workspace().trim();
    }
    FeatureMap decoded = decode(compute, latents);
    float[] colours = decoded.values().toArray();
    compute.release(decoded.values());
    requireFinite(colours, index, request, "from the decoder");
    RgbImage image = new RgbImage(decoded.width(), decoded.height(), pixels(colours));
    return new GeneratedImage(index, request, prompt, negative, sampling.calls(), image);
  }

  private static void requireFinite(float[] values, int index, ImageRequest request, String place) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new NonFiniteImageException(index, request, place);
      }
    }
  }

  private FeatureMap decode(Compute compute, float[] latents) {
    float factor = (float) networks.config().vae().scalingFactor();
    float[] scaled = new float[latents.length];
    for (int i = 0; i < latents.length; i++) {
      scaled[i] = latents[i] / factor;
    }
    FloatMatrix values =
        compute.take(sampling.height() * sampling.width(), networks.config().unet().inChannels());
    LatentPlanes.channelsLast(scaled, values);
    FeatureMap decoded =
        networks
            .decoder()
            .forward(compute, new FeatureMap(values, 1, sampling.height(), sampling.width()));
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
}
