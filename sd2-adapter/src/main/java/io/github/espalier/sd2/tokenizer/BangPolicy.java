package io.github.espalier.sd2.tokenizer;

/**
 * What a pad token means that a user writes in a prompt. Stable Diffusion 2 pads with {@code !},
 * which people also write.
 *
 * <p>Source: diffusers, issues 2201 and 4153.
 */
public enum BangPolicy {
  /**
   * The pad token in a text is the pad token, as in transformers and so in diffusers: every {@code
   * !} becomes token 0, and cuts the text in two.
   */
  AS_PAD_TOKEN,
  /**
   * The pad token in a text is text, as in Stability AI's own code and OpenCLIP: {@code !} at the
   * end of a text is token 256. A pad token that also ends texts, as in Stable Diffusion 1, stays
   * special.
   */
  AS_TEXT
}
