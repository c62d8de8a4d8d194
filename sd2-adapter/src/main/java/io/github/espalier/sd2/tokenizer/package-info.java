/**
 * CLIP's tokenizer: prompts to the token ids that the text encoder reads.
 *
 * <p>{@link io.github.espalier.sd2.tokenizer.ClipTokenizer} reads a checkpoint's own vocabulary, or
 * takes CLIP's, which ships with this library. How texts are cleaned, and what an exclamation mark
 * is, differs between the programs that run Stable Diffusion 2, and is an option.
 */
@NullMarked
package io.github.espalier.sd2.tokenizer;

import org.jspecify.annotations.NullMarked;
