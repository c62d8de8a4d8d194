package io.github.espalier.sd2.architecture;

import static io.github.espalier.sd2.architecture.UnetBlockType.CROSS_ATTENTION;
import static io.github.espalier.sd2.architecture.UnetBlockType.PLAIN;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * The sizes of a U-Net of the Stable Diffusion 1 and 2 family: what {@code unet/config.json} says.
 *
 * <p>Lists have one entry for each block, in the order in which data passes: {@code
 * blockOutChannels}, {@code downBlockTypes} and {@code headCounts} on the way down, {@code
 * upBlockTypes} on the way up, where channels and heads are those of the way down reversed.
 *
 * <p>What the family never has (class or size embeddings, dual cross-attention, other time
 * embeddings and the like) is refused by name when a file asks for it.
 *
 * <p>Sources: the configurations of {@code stabilityai/stable-diffusion-2} and {@code
 * runwayml/stable-diffusion-v1-5}; {@code UNet2DConditionModel} of diffusers for the meaning and
 * default of each key.
 *
 * @param sampleSize side of the latent image that the model was trained for, if it is known ({@code
 *     sample_size}): pixels divided by 8
 * @param inChannels channels of the input; 4, or 9 with a mask and a masked image
 * @param outChannels channels of the output
 * @param blockOutChannels channels of each block ({@code block_out_channels}): multiples of {@code
 *     normNumGroups}, the first one even
 * @param layersPerBlock residual blocks of each block on the way down; one more on the way up
 * @param downBlockTypes what the layers of each block on the way down are
 * @param upBlockTypes what the layers of each block on the way up are
 * @param headCounts attention heads of each block. The file calls it {@code attention_head_dim}, a
 *     misnomer kept for compatibility (diffusers, issue 2011): the number of heads it is. Channels
 *     of a block that attends, and of the last block, are multiples of it
 * @param crossAttentionDim width of the text states
 * @param transformerLayersPerBlock blocks inside each transformer; 1 in all published models
 * @param useLinearProjection whether {@code proj_in} and {@code proj_out} of the transformers are
 *     linear (SD 2) or 1x1 convolutions (SD 1)
 * @param upcastAttention whether attention scores want 32 bits where the weights have 16
 * @param normNumGroups groups of the group normalisations
 * @param normEps epsilon of the group normalisations outside the transformers, above 0
 */
public record UnetConfig(
    OptionalInt sampleSize,
    int inChannels,
    int outChannels,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    List<UnetBlockType> downBlockTypes,
    List<UnetBlockType> upBlockTypes,
    List<Integer> headCounts,
    int crossAttentionDim,
    int transformerLayersPerBlock,
    boolean useLinearProjection,
    boolean upcastAttention,
    int normNumGroups,
    double normEps) {

  private static final UnetConfig SD2 =
      new UnetConfig(
          OptionalInt.of(96),
          4,
          4,
          ImmutableList.of(320, 640, 1280, 1280),
          2,
          ImmutableList.of(CROSS_ATTENTION, CROSS_ATTENTION, CROSS_ATTENTION, PLAIN),
          ImmutableList.of(PLAIN, CROSS_ATTENTION, CROSS_ATTENTION, CROSS_ATTENTION),
          ImmutableList.of(5, 10, 20, 20),
          1024,
          1,
          true,
          false,
          32,
          1e-5);

  /**
   * Checks the sizes against each other.
   *
   * @param sampleSize side of the latent image that the model was trained for, if it is known
   *     ({@code sample_size}): pixels divided by 8
   * @param inChannels channels of the input; 4, or 9 with a mask and a masked image
   * @param outChannels channels of the output
   * @param blockOutChannels channels of each block ({@code block_out_channels}): multiples of
   *     {@code normNumGroups}, the first one even
   * @param layersPerBlock residual blocks of each block on the way down; one more on the way up
   * @param downBlockTypes what the layers of each block on the way down are
   * @param upBlockTypes what the layers of each block on the way up are
   * @param headCounts attention heads of each block. The file calls it {@code attention_head_dim},
   *     a misnomer kept for compatibility (diffusers, issue 2011): the number of heads it is.
   *     Channels of a block that attends, and of the last block, are multiples of it
   * @param crossAttentionDim width of the text states
   * @param transformerLayersPerBlock blocks inside each transformer; 1 in all published models
   * @param useLinearProjection whether {@code proj_in} and {@code proj_out} of the transformers are
   *     linear (SD 2) or 1x1 convolutions (SD 1)
   * @param upcastAttention whether attention scores want 32 bits where the weights have 16
   * @param normNumGroups groups of the group normalisations
   * @param normEps epsilon of the group normalisations outside the transformers, above 0
   * @throws IllegalArgumentException if a size is less than 1 or absurdly large, lists differ in
   *     length, or a condition of the parameters above does not hold; the message begins with the
   *     JSON key
   */
  public UnetConfig {
    blockOutChannels = ImmutableList.copyOf(blockOutChannels);
    downBlockTypes = ImmutableList.copyOf(downBlockTypes);
    upBlockTypes = ImmutableList.copyOf(upBlockTypes);
    headCounts = ImmutableList.copyOf(headCounts);
    sampleSize.ifPresent(size -> Checks.width("sample_size", size));
    Checks.width("in_channels", inChannels);
    Checks.width("out_channels", outChannels);
    Checks.widths("block_out_channels", blockOutChannels);
    Checks.count("layers_per_block", layersPerBlock);
    Checks.sameLength("down_block_types", downBlockTypes, "block_out_channels", blockOutChannels);
    Checks.sameLength("up_block_types", upBlockTypes, "block_out_channels", blockOutChannels);
    Checks.sameLength("attention_head_dim", headCounts, "block_out_channels", blockOutChannels);
    Checks.counts("attention_head_dim", headCounts);
    Checks.width("cross_attention_dim", crossAttentionDim);
    Checks.count("transformer_layers_per_block", transformerLayersPerBlock);
    Checks.count("norm_num_groups", normNumGroups);
    Checks.positive("norm_eps", normEps);
    if (blockOutChannels.get(0) % 2 != 0) {
      // The time step is encoded by as many sines as cosines.
      throw new IllegalArgumentException(
          "block_out_channels: the first, " + blockOutChannels.get(0) + ", is not even");
    }
    int last = blockOutChannels.size() - 1;
    for (int i = 0; i <= last; i++) {
      int channels = blockOutChannels.get(i);
      Checks.multiple("block_out_channels", channels, "norm_num_groups", normNumGroups);
      boolean attends =
          i == last // the middle block, which always attends, has the sizes of the last one
              || downBlockTypes.get(i) == CROSS_ATTENTION
              || upBlockTypes.get(last - i) == CROSS_ATTENTION;
      if (attends) {
        Checks.multiple("block_out_channels", channels, "attention_head_dim", headCounts.get(i));
      }
    }
  }

  /**
   * Returns the sizes of {@code stable-diffusion-2} for images of 768 pixels; those for 512 pixels
   * differ in the sample size, 64.
   *
   * @return the configuration, with 865,910,724 parameters
   */
  public static UnetConfig sd2() {
    return SD2;
  }

  /**
   * Returns the sizes of {@code stable-diffusion-2-inpainting}, whose input also holds the mask and
   * the masked image's latents.
   *
   * @return the configuration, with 9 input channels
   */
  public static UnetConfig sd2Inpainting() {
    return SD2.toBuilder().sampleSize(64).inChannels(9).build();
  }

  /**
   * Returns the sizes of {@code stable-diffusion-v1-5}.
   *
   * @return the configuration, with 859,520,964 parameters
   */
  public static UnetConfig sd15() {
    return SD2.toBuilder()
        .sampleSize(64)
        .headCounts(ImmutableList.of(8, 8, 8, 8))
        .crossAttentionDim(768)
        .useLinearProjection(false)
        .build();
  }

  /**
   * Reads a {@code unet/config.json}. Unknown keys are ignored; a missing key stands for the
   * default of diffusers' class.
   *
   * @param file the JSON file
   * @return the configuration
   * @throws IOException if the file cannot be read
   * @throws io.github.espalier.core.model.CheckpointFormatException if it is not JSON, a value has
   *     the wrong type or contradicts another, or it asks for what this family never has
   */
  public static UnetConfig read(Path file) throws IOException {
    return UnetConfigJson.read(ConfigReader.open(file));
  }

  /**
   * Returns the configuration as the {@code config.json} that diffusers loads.
   *
   * @return the file's content, ending in a line feed
   */
  public String toJson() {
    return UnetConfigJson.write(this);
  }

  /**
   * Returns the width of the embedded time step: four times the channels of the first block.
   *
   * @return 1280 for the published models
   */
  public int timeEmbeddingWidth() {
    return Math.multiplyExact(4, blockOutChannels.get(0));
  }

  /**
   * Starts another configuration from the values of this one.
   *
   * @return a builder with all values set
   */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Makes configurations that differ from a given one. Not safe for use by many threads. */
  public static final class Builder {
    private OptionalInt sampleSize;
    private int inChannels;
    private int outChannels;
    private List<Integer> blockOutChannels;
    private int layersPerBlock;
    private List<UnetBlockType> downBlockTypes;
    private List<UnetBlockType> upBlockTypes;
    private List<Integer> headCounts;
    private int crossAttentionDim;
    private int transformerLayersPerBlock;
    private boolean useLinearProjection;
    private boolean upcastAttention;
    private int normNumGroups;
    private final double normEps;

    private Builder(UnetConfig config) {
      sampleSize = config.sampleSize;
      inChannels = config.inChannels;
      outChannels = config.outChannels;
      blockOutChannels = config.blockOutChannels;
      layersPerBlock = config.layersPerBlock;
      downBlockTypes = config.downBlockTypes;
      upBlockTypes = config.upBlockTypes;
      headCounts = config.headCounts;
      crossAttentionDim = config.crossAttentionDim;
      transformerLayersPerBlock = config.transformerLayersPerBlock;
      useLinearProjection = config.useLinearProjection;
      upcastAttention = config.upcastAttention;
      normNumGroups = config.normNumGroups;
      normEps = config.normEps;
    }

    /**
     * Sets the side of the latent image.
     *
     * @param value at least 1
     * @return this builder
     */
    public Builder sampleSize(int value) {
      sampleSize = OptionalInt.of(value);
      return this;
    }

    /**
     * Leaves the side of the latent image open.
     *
     * @return this builder
     */
    public Builder anySampleSize() {
      sampleSize = OptionalInt.empty();
      return this;
    }

    /**
     * Sets the channels of the input.
     *
     * @param value at least 1
     * @return this builder
     */
    public Builder inChannels(int value) {
      inChannels = value;
      return this;
    }

    /**
     * Sets the channels of the output.
     *
     * @param value at least 1
     * @return this builder
     */
    public Builder outChannels(int value) {
      outChannels = value;
      return this;
    }

    /**
     * Sets the blocks: their channels, what they are, and their heads, all lists as long.
     *
     * @param channels each a multiple of the number of groups
     * @param down types on the way down
     * @param up types on the way up
     * @param heads number of heads of each block
     * @return this builder
     */
    public Builder blocks(
        List<Integer> channels,
        List<UnetBlockType> down,
        List<UnetBlockType> up,
        List<Integer> heads) {
      blockOutChannels = channels;
      downBlockTypes = down;
      upBlockTypes = up;
      headCounts = heads;
      return this;
    }

    /**
     * Sets the number of heads of each block.
     *
     * @param value as many as blocks
     * @return this builder
     */
    public Builder headCounts(List<Integer> value) {
      headCounts = value;
      return this;
    }

    /**
     * Sets the residual blocks of each block on the way down.
     *
     * @param value at least 1
     * @return this builder
     */
    public Builder layersPerBlock(int value) {
      layersPerBlock = value;
      return this;
    }

    /**
     * Sets the width of the text states.
     *
     * @param value at least 1
     * @return this builder
     */
    public Builder crossAttentionDim(int value) {
      crossAttentionDim = value;
      return this;
    }

    /**
     * Sets the blocks inside each transformer.
     *
     * @param value at least 1
     * @return this builder
     */
    public Builder transformerLayersPerBlock(int value) {
      transformerLayersPerBlock = value;
      return this;
    }

    /**
     * Sets whether the transformers' projections are linear.
     *
     * @param value false for 1x1 convolutions
     * @return this builder
     */
    public Builder useLinearProjection(boolean value) {
      useLinearProjection = value;
      return this;
    }

    /**
     * Sets whether attention scores want 32 bits.
     *
     * @param value true for {@code stable-diffusion-2-1}
     * @return this builder
     */
    public Builder upcastAttention(boolean value) {
      upcastAttention = value;
      return this;
    }

    /**
     * Sets the groups of the group normalisations.
     *
     * @param value at least 1
     * @return this builder
     */
    public Builder normNumGroups(int value) {
      normNumGroups = value;
      return this;
    }

    /**
     * Makes the configuration.
     *
     * @return the configuration
     * @throws IllegalArgumentException if the values contradict each other
     */
    public UnetConfig build() {
      return new UnetConfig(
          sampleSize,
          inChannels,
          outChannels,
          blockOutChannels,
          layersPerBlock,
          downBlockTypes,
          upBlockTypes,
          headCounts,
          crossAttentionDim,
          transformerLayersPerBlock,
          useLinearProjection,
          upcastAttention,
          normNumGroups,
          normEps);
    }
  }
}
