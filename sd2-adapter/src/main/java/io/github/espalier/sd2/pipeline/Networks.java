package io.github.espalier.sd2.pipeline;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.clip.ClipTextEncoder;
import io.github.espalier.sd2.nn.Parameters;
import io.github.espalier.sd2.unet.Unet;
import io.github.espalier.sd2.vae.VaeDecoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The three networks of a checkpoint in memory. */
final class Networks implements AutoCloseable {
  private final List<Parameters> parameters = new ArrayList<>();
  private final ModelConfig config;
  private boolean closed;
  private volatile @Nullable Thread listening;
  private final ClipTextEncoder textEncoder;
  private final Unet unet;
  private final VaeDecoder decoder;

  @SuppressWarnings("NullAway.Init") // NullAway does not see that a failure leaves by an exception.
  Networks(Sd2Checkpoint checkpoint, PrunableModel weights) throws IOException {
    config = checkpoint.config();
    if (config.unet().inChannels() != config.unet().outChannels()) {
      throw CheckpointFormatException.of(
          checkpoint.source(),
          "the U-Net reads "
              + config.unet().inChannels()
              + " channels and makes "
              + config.unet().outChannels()
              + ", as for inpainting; images from text need a U-Net with equally many");
    }
    try {
      textEncoder =
          ClipTextEncoder.load(
              config.textEncoder(), own(new Parameters(weights, Sd2Checkpoint.TEXT_ENCODER)));
      unet = Unet.load(config.unet(), own(new Parameters(weights, Sd2Checkpoint.UNET)));
      decoder = VaeDecoder.load(config.vae(), own(new Parameters(weights, Sd2Checkpoint.VAE)));
      checkpoint.requireUnchanged();
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private Parameters own(Parameters each) {
    parameters.add(each);
    return each;
  }

  ModelConfig config() {
    return config;
  }

  ClipTextEncoder textEncoder() {
    return textEncoder;
  }

  Unet unet() {
    return unet;
  }

  VaeDecoder decoder() {
    return decoder;
  }

  /** Lets {@link #requireNoListener} know the thread that runs a listener, one at a time. */
  GenerationListener guarding(GenerationListener listener) {
    return new GenerationListener() {
      @Override
      public void step(int index, int call, int calls) {
        listening = Thread.currentThread();
        try {
          listener.step(index, call, calls);
        } finally {
          listening = null;
        }
      }

      @Override
      public void image(GeneratedImage image) throws IOException {
        listening = Thread.currentThread();
        try {
          listener.image(image);
        } finally {
          listening = null;
        }
      }
    };
  }

  /** Fails on a thread that a run waits for: it would wait for itself, or free what is in use. */
  void requireNoListener() {
    if (Thread.currentThread().equals(listening)) {
      throw new IllegalStateException("a listener cannot use the pipeline that it listens to");
    }
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    parameters.forEach(Parameters::close);
    parameters.clear();
  }
}
