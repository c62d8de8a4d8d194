package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.clip.ClipTextEncoder;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.FormulaParameters;
import io.github.espalier.sd2.nn.Parameters;
import io.github.espalier.sd2.unet.Unet;
import io.github.espalier.sd2.vae.VaeDecoder;
import io.github.espalier.sd2.vae.VaeEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Runs a checkpoint's networks on inputs that are always the same. */
final class NetworkOutputs {
  private NetworkOutputs() {}

  /** The outputs of the text encoder, the U-Net, the decoder and the encoder, in this order. */
  static List<float[]> of(Path path) throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(path)) {
      return of(path, checkpoint.config());
    }
  }

  /** The same with sizes from elsewhere, since a single file does not say how many heads. */
  static List<float[]> of(Path path, ModelConfig config) throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(path);
        FormulaParameters inputs = new FormulaParameters();
        Compute compute = Compute.withThreads(2);
        Parameters text = new Parameters(checkpoint, Sd2Checkpoint.TEXT_ENCODER);
        Parameters unet = new Parameters(checkpoint, Sd2Checkpoint.UNET);
        Parameters vae = new Parameters(checkpoint, Sd2Checkpoint.VAE)) {
      FloatMatrix states =
          ClipTextEncoder.load(config.textEncoder(), text)
              .forward(compute, List.of(new int[] {5, 3, 9, 0, 0}));
      FeatureMap latents = maps(inputs, config.unet().inChannels(), 8);
      FeatureMap prediction = Unet.load(config.unet(), unet).forward(compute, latents, 500, states);
      FeatureMap image = VaeDecoder.load(config.vae(), vae).forward(compute, maps(inputs, 4, 4));
      float[] mean =
          VaeEncoder.load(config.vae(), vae).forward(compute, maps(inputs, 3, 32)).mean();
      return List.of(
          states.toArray(), prediction.values().toArray(), image.values().toArray(), mean);
    }
  }

  private static FeatureMap maps(FormulaParameters inputs, int channels, int side) {
    return new FeatureMap(inputs.matrix("maps", side * side, channels), 1, side, side);
  }
}
