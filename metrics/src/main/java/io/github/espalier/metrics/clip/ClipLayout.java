package io.github.espalier.metrics.clip;

import io.github.espalier.sd2.tokenizer.BangPolicy;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import io.github.espalier.sd2.tokenizer.TextCleaning;

/** Whose files a model is read from, and so which program it is to agree with. */
public enum ClipLayout {
  /**
   * {@code config.json} and {@code model.safetensors} of transformers' {@code CLIPModel}. Images
   * are cropped and texts cleaned as transformers does.
   */
  TRANSFORMERS(ClipFraming.TRANSFORMERS),
  /**
   * The tensors of OpenAI's own state dictionary in one file. Sizes follow from the tensors'
   * shapes, heads are 64 wide, and the activation is the quick GELU.
   */
  OPENAI(ClipFraming.TORCHVISION),
  /** {@code open_clip_config.json} and {@code open_clip_model.safetensors} of OpenCLIP. */
  OPEN_CLIP(ClipFraming.TORCHVISION);

  private final ClipFraming framing;

  ClipLayout(ClipFraming framing) {
    this.framing = framing;
  }

  /** How images are cut to size. */
  ClipFraming framing() {
    return framing;
  }

  /** CLIP's own vocabulary, with texts cleaned as the layout's program does. */
  ClipTokenizer bundledTokenizer() {
    ClipTokenizer tokenizer = ClipTokenizer.openAi();
    return this == TRANSFORMERS
        ? tokenizer.withPadToken("<|endoftext|>")
        : tokenizer.withCleaning(TextCleaning.OPENAI).withBang(BangPolicy.AS_TEXT);
  }
}
