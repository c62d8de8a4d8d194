package io.github.espalier.sd2.architecture;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Infers a model's sizes from the names and shapes of a single file, which comes without a
 * configuration.
 *
 * <p>What shapes do not show is taken from the published models and listed in {@link
 * InferredModel#assumptions}:
 *
 * <ul>
 *   <li>Heads of the U-Net: with linear projections (SD 2) as many as make 64 channels each, or one
 *       where channels are no multiple of 64; with convolutions (SD 1) eight, or one where channels
 *       are no multiple of 8.
 *   <li>Heads of the text encoder: as many as make 64 channels each, or one.
 *   <li>Groups of normalisations: 32, or the greatest smaller power of two that divides all
 *       channels of the component.
 *   <li>Activation of the text encoder: {@linkplain TextActivation#GELU exact GELU} in OpenCLIP's
 *       style, else the {@linkplain TextActivation#QUICK_GELU quick one}.
 *   <li>Blocks of the text encoder: in OpenCLIP's style a file with {@code text_projection} has a
 *       last block that the model does not use, and so has one with the 24 blocks of 1024 channels
 *       that ViT-H/14 has.
 *   <li>Epsilons, the VAE's scaling factor, and the width of CLIP's joint space, which the model
 *       does not use: as the published configurations have them.
 * </ul>
 *
 * <p>None of these touches names or shapes, so pruning is not affected; making images is. Whether
 * the model predicts noise or velocity cannot be known from a single file in safetensors format and
 * is no part of the result: a scheduler must be given it.
 */
public final class SingleFileInspector {
  private static final int HEAD_WIDTH = 64;
  private static final int SD1_HEADS = 8;
  private static final int MOST_GROUPS = 32;
  private static final int VIT_H_BLOCKS = 24;
  private static final int VIT_H_WIDTH = 1024;

  private final FileShapes shapes;
  private final ImmutableList.Builder<String> assumptions = ImmutableList.builder();

  private SingleFileInspector(FileShapes shapes) {
    this.shapes = shapes;
  }

  /**
   * Infers a model's sizes and checks that the file holds the whole model that has them.
   *
   * @param file the file, for messages only
   * @param tensors names and shapes of all its tensors
   * @return the sizes
   * @throws CheckpointFormatException if the tensors are not those of a Stable Diffusion 1 or 2
   *     model: one is missing, or shapes contradict each other
   */
  public static InferredModel infer(Path file, Map<String, Shape> tensors) {
    SingleFileInspector inspector = new SingleFileInspector(new FileShapes(file, tensors));
    TextEncoderStyle style = inspector.style();
    ModelConfig config;
    try {
      config = new ModelConfig(inspector.unet(), inspector.vae(), inspector.text(style));
    } catch (IllegalArgumentException e) {
      throw CheckpointFormatException.of(
          file, "the sizes that its shapes imply are contradictory: " + e.getMessage(), e);
    }
    SingleFileContents contents =
        SingleFileNames.of(config, style, VaeAttentionNames.NEW).classify(tensors);
    inspector.check(contents);
    return new InferredModel(config, style, contents, inspector.assumptions.build());
  }

  private void check(SingleFileContents contents) {
    if (!contents.misshapen().isEmpty()) {
      SingleFileContents.Misshapen first = contents.misshapen().get(0);
      throw shapes.problem(
          first.expected().singleFileName(),
          "found shape "
              + first.found()
              + ", expected "
              + first.expected().singleFileShape()
              + " by the shapes of other tensors"
              + others(contents.misshapen().size(), "misshapen"));
    }
    if (!contents.missing().isEmpty()) {
      Correspondence first = contents.missing().get(0);
      throw shapes.problem(
          first.singleFileName(),
          "missing, expected in shape "
              + first.singleFileShape()
              + " by the shapes of other tensors"
              + others(contents.missing().size(), "missing"));
    }
  }

  private static String others(int count, String what) {
    return count == 1 ? "" : " (and " + (count - 1) + " others are " + what + ")";
  }

  private TextEncoderStyle style() {
    if (shapes.has(SingleFileText.OPEN_CLIP_PREFIX + "token_embedding.weight")) {
      return TextEncoderStyle.OPEN_CLIP;
    }
    if (shapes.has(huggingFace("embeddings.token_embedding.weight"))) {
      return TextEncoderStyle.HUGGING_FACE;
    }
    if (shapes.hasAnyUnder("conditioner.embedders.")) {
      throw shapes.problem(
          "found text encoders under conditioner.embedders, which is SDXL; expected a single file"
              + " of Stable Diffusion 1 or 2");
    }
    throw shapes.problem(
        "found no text encoder, expected "
            + SingleFileText.OPEN_CLIP_PREFIX
            + "token_embedding.weight (SD 2) or "
            + huggingFace("embeddings.token_embedding.weight")
            + " (SD 1)");
  }

  private UnetConfig unet() {
    String prefix = SingleFileUnet.PREFIX;
    if (shapes.hasAnyUnder(prefix + "label_emb.")) {
      throw shapes.problem(
          "found class embeddings under "
              + prefix
              + "label_emb, which Stable Diffusion 1 and 2 do not have and which are not"
              + " supported");
    }
    ImmutableList.Builder<Integer> widths = ImmutableList.builder();
    ImmutableList.Builder<UnetBlockType> down = ImmutableList.builder();
    int layers = downBlocks(widths, down);
    List<Integer> channels = widths.build();
    ImmutableList.Builder<UnetBlockType> up = ImmutableList.builder();
    for (int i = 0; i < channels.size(); i++) {
      up.add(type(SingleFileUnet.output(layers, i, 0)));
    }
    String transformer = prefix + "middle_block.1.";
    boolean linear = shapes.rank(transformer + "proj_in.weight") == 2;
    int transformerLayers =
        shapes.count(k -> transformer + "transformer_blocks." + k + ".norm1.weight");
    if (transformerLayers == 0) {
      throw shapes.problem(
          transformer + "transformer_blocks.0.norm1.weight",
          "missing, expected at least one transformer block");
    }
    List<Integer> heads = channels.stream().map(width -> unetHeads(width, linear)).toList();
    assumptions.add("the U-Net's blocks have " + heads + " attention heads");
    return new UnetConfig(
        OptionalInt.empty(),
        shapes.extent(prefix + "input_blocks.0.0.weight", 1),
        shapes.extent(prefix + "out.2.weight", 0),
        channels,
        layers,
        down.build(),
        up.build(),
        heads,
        shapes.extent(transformer + "transformer_blocks.0.attn2.to_k.weight", 1),
        transformerLayers,
        linear,
        false,
        groups("U-Net", channels),
        UnetConfig.sd2().normEps());
  }

  /** Collects the blocks on the way down and returns the layers of each. */
  private int downBlocks(
      ImmutableList.Builder<Integer> widths, ImmutableList.Builder<UnetBlockType> types) {
    String inputs = SingleFileUnet.PREFIX + "input_blocks.";
    int layersPerBlock = 0;
    int next = 1; // block 0 is the first convolution
    do {
      int start = next;
      int layers = shapes.count(j -> inputs + (start + j) + ".0.in_layers.2.weight");
      if (layers == 0) {
        throw shapes.problem(
            inputs + start + ".0.in_layers.2.weight", "missing, expected a residual block");
      }
      if (layersPerBlock != 0 && layers != layersPerBlock) {
        throw shapes.problem(
            inputs + start + ".0.in_layers.2.weight",
            "found a block of "
                + layers
                + " layers, expected "
                + layersPerBlock
                + " as in the first one");
      }
      layersPerBlock = layers;
      widths.add(shapes.extent(inputs + start + ".0.in_layers.2.weight", 0));
      types.add(type(inputs + start));
      next = start + layers + 1;
    } while (shapes.has(inputs + (next - 1) + ".0.op.weight"));
    return layersPerBlock;
  }

  private UnetBlockType type(String block) {
    return shapes.has(block + ".1.norm.weight")
        ? UnetBlockType.CROSS_ATTENTION
        : UnetBlockType.PLAIN;
  }

  private VaeConfig vae() {
    String prefix = SingleFileVae.PREFIX;
    ImmutableList.Builder<Integer> widths = ImmutableList.builder();
    int blocks = shapes.count(i -> prefix + "encoder.down." + i + ".block.0.conv1.weight");
    for (int i = 0; i < blocks; i++) {
      widths.add(shapes.extent(prefix + "encoder.down." + i + ".block.0.conv1.weight", 0));
    }
    List<Integer> channels = widths.build();
    if (channels.isEmpty()) {
      throw shapes.problem(
          prefix + "encoder.down.0.block.0.conv1.weight", "missing, expected a residual block");
    }
    return new VaeConfig(
        OptionalInt.empty(),
        shapes.extent(prefix + "encoder.conv_in.weight", 1),
        shapes.extent(prefix + "decoder.conv_out.weight", 0),
        shapes.extent(prefix + "post_quant_conv.weight", 0),
        channels,
        shapes.count(j -> prefix + "encoder.down.0.block." + j + ".conv1.weight"),
        groups("VAE", channels),
        VaeConfig.SCALING_FACTOR);
  }

  private TextEncoderConfig text(TextEncoderStyle style) {
    boolean openClip = style == TextEncoderStyle.OPEN_CLIP;
    String prefix = SingleFileText.OPEN_CLIP_PREFIX;
    String tokens = openClip ? prefix + "token_embedding.weight" : embedding("token_embedding");
    String positions = openClip ? prefix + "positional_embedding" : embedding("position_embedding");
    String firstBlock =
        openClip ? SingleFileText.OPEN_CLIP_BLOCKS + "0.mlp.c_fc" : layer(0) + "mlp.fc1";
    int width = shapes.extent(tokens, 1);
    int heads = headsOf(width);
    assumptions.add("the text encoder's blocks have " + heads + " attention heads");
    TextActivation activation = openClip ? TextActivation.GELU : TextActivation.QUICK_GELU;
    assumptions.add("the text encoder's activation is " + activation.configName());
    return new TextEncoderConfig(
        shapes.extent(tokens, 0),
        width,
        shapes.extent(firstBlock + ".weight", 0),
        openClip ? openClipBlocks(width) : shapes.count(n -> layer(n) + "layer_norm1.weight"),
        heads,
        shapes.extent(positions, 0),
        activation,
        openClip ? TextEncoderConfig.DEFAULT_PROJECTION_DIM : width,
        TextEncoderConfig.sd2().layerNormEps());
  }

  private int openClipBlocks(int width) {
    int blocks = shapes.count(n -> SingleFileText.OPEN_CLIP_BLOCKS + n + ".ln_1.weight");
    boolean lastUnused =
        shapes.has(SingleFileExtras.TEXT_PROJECTION)
            || (blocks == VIT_H_BLOCKS && width == VIT_H_WIDTH);
    if (!lastUnused) {
      return blocks;
    }
    assumptions.add("the last of the " + blocks + " text blocks is not used");
    return blocks - 1;
  }

  private static String huggingFace(String name) {
    return SingleFileText.HUGGING_FACE_PREFIX + "text_model." + name;
  }

  private static String embedding(String name) {
    return huggingFace("embeddings." + name + ".weight");
  }

  private static String layer(int n) {
    return huggingFace("encoder.layers." + n + ".");
  }

  private static int unetHeads(int width, boolean linearProjection) {
    if (linearProjection) {
      return headsOf(width);
    }
    return width % SD1_HEADS == 0 ? SD1_HEADS : 1;
  }

  private static int headsOf(int width) {
    return width % HEAD_WIDTH == 0 ? width / HEAD_WIDTH : 1;
  }

  private int groups(String component, List<Integer> channels) {
    int groups = MOST_GROUPS;
    while (!divides(groups, channels)) {
      groups /= 2;
    }
    assumptions.add("the " + component + "'s normalisations have " + groups + " groups");
    return groups;
  }

  private static boolean divides(int divisor, List<Integer> values) {
    return values.stream().allMatch(value -> value % divisor == 0);
  }
}
