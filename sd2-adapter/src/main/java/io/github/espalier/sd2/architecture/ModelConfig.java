package io.github.espalier.sd2.architecture;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The sizes of a whole model.
 *
 * @param unet the U-Net, which reads the text encoder's states and the VAE's latents
 * @param vae the autoencoder
 * @param textEncoder the text encoder
 */
public record ModelConfig(UnetConfig unet, VaeConfig vae, TextEncoderConfig textEncoder) {
  private static final String CONFIG = "config.json";

  /**
   * Checks the components against each other.
   *
   * @param unet the U-Net, which reads the text encoder's states and the VAE's latents
   * @param vae the autoencoder
   * @param textEncoder the text encoder
   * @throws IllegalArgumentException if the U-Net expects text states of another width than the
   *     text encoder's, or makes latents of other channels than the VAE's
   */
  public ModelConfig {
    if (unet.crossAttentionDim() != textEncoder.hiddenSize()) {
      throw new IllegalArgumentException(
          "cross_attention_dim of the U-Net is "
              + unet.crossAttentionDim()
              + ", but hidden_size of the text encoder is "
              + textEncoder.hiddenSize()
              + "; they must be equal");
    }
    if (unet.outChannels() != vae.latentChannels()) {
      throw new IllegalArgumentException(
          "out_channels of the U-Net is "
              + unet.outChannels()
              + ", but latent_channels of the VAE is "
              + vae.latentChannels()
              + "; they must be equal");
    }
  }

  /**
   * Returns the sizes of {@code stable-diffusion-2}.
   *
   * @return the configuration
   */
  public static ModelConfig sd2() {
    return new ModelConfig(UnetConfig.sd2(), VaeConfig.sd2(), TextEncoderConfig.sd2());
  }

  /**
   * Returns the sizes of {@code stable-diffusion-2-inpainting}.
   *
   * @return the configuration
   */
  public static ModelConfig sd2Inpainting() {
    return new ModelConfig(UnetConfig.sd2Inpainting(), VaeConfig.sd15(), TextEncoderConfig.sd2());
  }

  /**
   * Returns the sizes of {@code stable-diffusion-v1-5}.
   *
   * @return the configuration
   */
  public static ModelConfig sd15() {
    return new ModelConfig(UnetConfig.sd15(), VaeConfig.sd15(), TextEncoderConfig.sd15());
  }

  /**
   * Reads the three configurations of a folder in the diffusers layout.
   *
   * @param folder the folder that holds {@code unet}, {@code vae} and {@code text_encoder}
   * @return the configuration
   * @throws IOException if a file cannot be read
   * @throws CheckpointFormatException if a file is malformed, or they contradict each other
   */
  public static ModelConfig read(Path folder) throws IOException {
    UnetConfig unet = UnetConfig.read(folder.resolve(Sd2Component.UNET.folder()).resolve(CONFIG));
    VaeConfig vae = VaeConfig.read(folder.resolve(Sd2Component.VAE.folder()).resolve(CONFIG));
    TextEncoderConfig textEncoder =
        TextEncoderConfig.read(folder.resolve(Sd2Component.TEXT_ENCODER.folder()).resolve(CONFIG));
    try {
      return new ModelConfig(unet, vae, textEncoder);
    } catch (IllegalArgumentException e) {
      throw CheckpointFormatException.of(folder, String.valueOf(e.getMessage()), e);
    }
  }
}
