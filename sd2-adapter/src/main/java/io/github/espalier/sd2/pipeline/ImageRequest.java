package io.github.espalier.sd2.pipeline;

import static java.util.Objects.requireNonNull;

/**
 * One image to make.
 *
 * @param prompt what it should show; may be empty
 * @param negativePrompt what it should not show; empty for nothing in particular. Without guidance
 *     it plays no part
 * @param seed of the noise that it starts from. Any number will do; as in PyTorch's generator on
 *     the CPU only the low 32 bits count
 */
public record ImageRequest(String prompt, String negativePrompt, long seed) {
  /**
   * Checks that the texts are there.
   *
   * @param prompt what it should show
   * @param negativePrompt what it should not show
   * @param seed of the noise that it starts from
   */
  public ImageRequest {
    requireNonNull(prompt, "prompt");
    requireNonNull(negativePrompt, "negativePrompt");
  }

  /**
   * Asks for an image.
   *
   * @param prompt what it should show
   * @param seed of the noise that it starts from
   * @return a request without negative prompt
   */
  public static ImageRequest of(String prompt, long seed) {
    return new ImageRequest(prompt, "", seed);
  }

  /**
   * Sets the negative prompt.
   *
   * @param text what the image should not show
   * @return a changed copy
   */
  public ImageRequest withNegativePrompt(String text) {
    return new ImageRequest(prompt, text, seed);
  }
}
