package io.github.espalier.sd2.pipeline;

import io.github.espalier.sd2.image.RgbImage;
import io.github.espalier.sd2.tokenizer.Tokens;

/**
 * An image and how it came about.
 *
 * @param index the request's place in the list, from 0
 * @param request what was asked for
 * @param prompt the prompt's tokens, which say whether some were cut off
 * @param negativePrompt the negative prompt's tokens
 * @param calls how often the U-Net was evaluated
 * @param image what came out
 */
public record GeneratedImage(
    int index,
    ImageRequest request,
    Tokens prompt,
    Tokens negativePrompt,
    int calls,
    RgbImage image) {}
