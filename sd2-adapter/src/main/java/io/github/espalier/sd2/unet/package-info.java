/**
 * The denoising U-Net of Stable Diffusion 1 and 2: what it predicts for noisy latents, a timestep
 * and text states.
 */
@NullMarked
package io.github.espalier.sd2.unet;

import org.jspecify.annotations.NullMarked;
