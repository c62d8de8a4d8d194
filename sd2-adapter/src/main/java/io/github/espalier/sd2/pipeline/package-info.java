/**
 * From captions to images: tokenizer, text encoder, U-Net, scheduler and decoder together, seed for
 * seed as diffusers' {@code StableDiffusionPipeline} runs them on a CPU.
 *
 * <p>{@link io.github.espalier.sd2.pipeline.TextToImage} is the way in. Images are independent:
 * what one looks like depends on its prompt, its seed and the settings, never on its neighbours in
 * a batch or on the number of threads.
 */
@NullMarked
package io.github.espalier.sd2.pipeline;

import org.jspecify.annotations.NullMarked;
