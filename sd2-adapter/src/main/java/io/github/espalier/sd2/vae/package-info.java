/**
 * The autoencoder between pixels and latents: its decoder makes images of latents, its encoder
 * latents of images.
 */
@NullMarked
package io.github.espalier.sd2.vae;

import org.jspecify.annotations.NullMarked;
