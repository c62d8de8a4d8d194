/**
 * CLIP's text transformer, which turns token ids into the states that the U-Net attends to.
 *
 * <p>SD 2's, which is OpenCLIP's ViT-H without its last block and with exact GELU, and OpenAI's of
 * SD 1 differ by their configuration only.
 */
@NullMarked
package io.github.espalier.sd2.clip;

import org.jspecify.annotations.NullMarked;
