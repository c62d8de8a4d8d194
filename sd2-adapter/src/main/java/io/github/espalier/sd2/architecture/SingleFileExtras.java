package io.github.espalier.sd2.architecture;

import io.github.espalier.core.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What single files hold beyond the tensors of the diffusers layout. */
final class SingleFileExtras {
  static final String TEXT_PROJECTION = SingleFileText.OPEN_CLIP_PREFIX + "text_projection";
  static final String LOGIT_SCALE = SingleFileText.OPEN_CLIP_PREFIX + "logit_scale";
  static final String ATTENTION_MASK = SingleFileText.OPEN_CLIP_PREFIX + "attn_mask";

  private final TextEncoderConfig text;
  private final TextEncoderStyle style;

  SingleFileExtras(TextEncoderConfig text, TextEncoderStyle style) {
    this.text = text;
    this.style = style;
  }

  /** Says what a tensor is, if it is a known extra. */
  Optional<Extra> classify(String name) {
    if (name.startsWith("model_ema.")) {
      return extra(name, "part of the training's moving average of the U-Net's weights");
    }
    if (name.startsWith(SingleFileVae.PREFIX + "loss.")) {
      return extra(name, "part of the loss that the VAE was trained with");
    }
    if (ScheduleBuffers.names().contains(name)) {
      return extra(name, "the noise schedule, which a scheduler computes from its settings");
    }
    if (style == TextEncoderStyle.HUGGING_FACE) {
      return Optional.empty();
    }
    if (name.startsWith(unusedBlock())) {
      return extra(
          name,
          "text block " + (text.numHiddenLayers() + 1) + ", whose output the model does not use");
    }
    return switch (name) {
      case TEXT_PROJECTION ->
          extra(
              name, "CLIP's projection of a text to the joint space, which the model does not use");
      case LOGIT_SCALE -> extra(name, "CLIP's temperature, which the model does not use");
      case ATTENTION_MASK -> extra(name, "the causal mask, which depends on the length only");
      default -> Optional.empty();
    };
  }

  /** What published files hold beyond the model, with shapes. */
  Map<String, Shape> published() {
    Map<String, Shape> extras = new LinkedHashMap<>();
    if (style == TextEncoderStyle.OPEN_CLIP) {
      String block = unusedBlock();
      long width = text.hiddenSize();
      long inner = text.intermediateSize();
      extras.put(block + "ln_1.weight", Shape.of(width));
      extras.put(block + "ln_1.bias", Shape.of(width));
      extras.put(block + "attn.in_proj_weight", Shape.of(3 * width, width));
      extras.put(block + "attn.in_proj_bias", Shape.of(3 * width));
      extras.put(block + "attn.out_proj.weight", Shape.of(width, width));
      extras.put(block + "attn.out_proj.bias", Shape.of(width));
      extras.put(block + "ln_2.weight", Shape.of(width));
      extras.put(block + "ln_2.bias", Shape.of(width));
      extras.put(block + "mlp.c_fc.weight", Shape.of(inner, width));
      extras.put(block + "mlp.c_fc.bias", Shape.of(inner));
      extras.put(block + "mlp.c_proj.weight", Shape.of(width, inner));
      extras.put(block + "mlp.c_proj.bias", Shape.of(width));
      // ViT-H/14's joint space is as wide as its text tower.
      extras.put(TEXT_PROJECTION, Shape.of(width, width));
      extras.put(LOGIT_SCALE, Shape.of());
    }
    for (String name : ScheduleBuffers.names()) {
      extras.put(name, Shape.of(ScheduleBuffers.STEPS));
    }
    return extras;
  }

  /** The block after those in use: SD 2 takes the state before OpenCLIP's last block. */
  private String unusedBlock() {
    return SingleFileText.OPEN_CLIP_BLOCKS + text.numHiddenLayers() + ".";
  }

  private static Optional<Extra> extra(String name, String reason) {
    return Optional.of(new Extra(name, reason));
  }
}
