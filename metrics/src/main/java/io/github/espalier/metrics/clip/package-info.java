/**
 * CLIP: images and texts as vectors of one space, in which what belongs together has a small angle.
 *
 * <p>{@link io.github.espalier.metrics.clip.ClipModel} opens the published files in the layouts of
 * transformers, OpenAI and OpenCLIP; {@link io.github.espalier.metrics.clip.ClipPreprocess} makes
 * of an image what the network sees, as each of them does.
 */
@NullMarked
package io.github.espalier.metrics.clip;

import org.jspecify.annotations.NullMarked;
