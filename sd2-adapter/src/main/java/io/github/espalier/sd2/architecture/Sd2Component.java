package io.github.espalier.sd2.architecture;

import io.github.espalier.core.model.Component;

/** A part of the model that has weights of its own. */
public enum Sd2Component {
  /** CLIP's text transformer, which turns a caption into states that the U-Net attends to. */
  TEXT_ENCODER("text_encoder", "model"),
  /** The network that predicts the noise (or velocity) of a latent image. */
  UNET("unet", "diffusion_pytorch_model"),
  /** The autoencoder between pixels and latent images. */
  VAE("vae", "diffusion_pytorch_model");

  private final String folder;
  private final String weightsStem;

  Sd2Component(String folder, String weightsStem) {
    this.folder = folder;
    this.weightsStem = weightsStem;
  }

  /**
   * Returns the component's folder in the diffusers layout.
   *
   * @return such as {@code unet}
   */
  public String folder() {
    return folder;
  }

  /**
   * Returns how the names of the component's weight files begin in the diffusers layout.
   *
   * @return {@code model} or {@code diffusion_pytorch_model}, before any variant and extension
   */
  public String weightsStem() {
    return weightsStem;
  }

  /**
   * Returns the component under the name that plans and reports use.
   *
   * @return a component named like the {@link #folder()}
   */
  public Component component() {
    return new Component(folder);
  }
}
