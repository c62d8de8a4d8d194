/**
 * The samplers that turn noise into a latent image with the help of a denoising network: DDIM,
 * PNDM, Euler and DPM-Solver++, configured by a checkpoint's {@code scheduler_config.json} and
 * computed as diffusers computes them.
 */
@NullMarked
package io.github.espalier.sd2.scheduler;

import org.jspecify.annotations.NullMarked;
