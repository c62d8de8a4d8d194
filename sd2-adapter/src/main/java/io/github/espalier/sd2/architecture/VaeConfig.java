package io.github.espalier.sd2.architecture;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/**
 * The sizes of the autoencoder of the Stable Diffusion 1 and 2 family: what {@code vae/config.json}
 * says.
 *
 * <p>Both middle blocks have one attention head as wide as the last block; the encoder's output
 * holds means and log variances, so it has twice the latent channels.
 *
 * <p>Sources: the configurations of {@code stabilityai/stable-diffusion-2} and {@code
 * runwayml/stable-diffusion-v1-5}; {@code AutoencoderKL} of diffusers for the meaning and default
 * of each key.
 *
 * @param sampleSize side in pixels of the images it was trained for, if it is known; it matters to
 *     tiled decoding only
 * @param inChannels channels of an image; 3
 * @param outChannels channels of a decoded image; 3
 * @param latentChannels channels of a latent image; 4
 * @param blockOutChannels channels of the encoder's blocks, reversed for the decoder: multiples of
 *     {@code normNumGroups}
 * @param layersPerBlock residual blocks of each block of the encoder; one more in the decoder
 * @param normNumGroups groups of the group normalisations
 * @param scalingFactor what latents are multiplied by after encoding, above 0
 */
public record VaeConfig(
    OptionalInt sampleSize,
    int inChannels,
    int outChannels,
    int latentChannels,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    int normNumGroups,
    double scalingFactor) {

  /** The scaling factor of all Stable Diffusion 1 and 2 models. */
  public static final double SCALING_FACTOR = 0.18215;

  private static final String CLASS_NAME = "AutoencoderKL";
  private static final String DOWN_BLOCK = "DownEncoderBlock2D";
  private static final String UP_BLOCK = "UpDecoderBlock2D";

  private static final VaeConfig SD2 =
      new VaeConfig(
          OptionalInt.of(768),
          3,
          3,
          4,
          ImmutableList.of(128, 256, 512, 512),
          2,
          32,
          SCALING_FACTOR);

  /**
   * Checks the sizes against each other.
   *
   * @param sampleSize side in pixels of the images it was trained for, if it is known; it matters
   *     to tiled decoding only
   * @param inChannels channels of an image; 3
   * @param outChannels channels of a decoded image; 3
   * @param latentChannels channels of a latent image; 4
   * @param blockOutChannels channels of the encoder's blocks, reversed for the decoder: multiples
   *     of {@code normNumGroups}
   * @param layersPerBlock residual blocks of each block of the encoder; one more in the decoder
   * @param normNumGroups groups of the group normalisations
   * @param scalingFactor what latents are multiplied by after encoding, above 0
   * @throws IllegalArgumentException if a size is less than 1 or absurdly large, or channels are
   *     not multiples of the number of groups; the message begins with the JSON key
   */
  public VaeConfig {
    blockOutChannels = ImmutableList.copyOf(blockOutChannels);
    sampleSize.ifPresent(size -> Checks.width("sample_size", size));
    Checks.width("in_channels", inChannels);
    Checks.width("out_channels", outChannels);
    Checks.width("latent_channels", latentChannels);
    Checks.widths("block_out_channels", blockOutChannels);
    Checks.count("layers_per_block", layersPerBlock);
    Checks.count("norm_num_groups", normNumGroups);
    Checks.positive("scaling_factor", scalingFactor);
    for (int channels : blockOutChannels) {
      Checks.multiple("block_out_channels", channels, "norm_num_groups", normNumGroups);
    }
  }

  /**
   * Returns the sizes that all published models of the family share, with the sample size of {@code
   * stable-diffusion-2}.
   *
   * @return the configuration, with 83,653,863 parameters
   */
  public static VaeConfig sd2() {
    return SD2;
  }

  /**
   * Returns the sizes of {@code stable-diffusion-v1-5}: those of SD 2 with another sample size.
   *
   * @return the configuration
   */
  public static VaeConfig sd15() {
    return SD2.withSampleSize(OptionalInt.of(512));
  }

  /**
   * Returns the same sizes for images of another size.
   *
   * @param size side in pixels, or empty for any
   * @return the configuration
   * @throws IllegalArgumentException if the size is less than 1
   */
  public VaeConfig withSampleSize(OptionalInt size) {
    return new VaeConfig(
        size,
        inChannels,
        outChannels,
        latentChannels,
        blockOutChannels,
        layersPerBlock,
        normNumGroups,
        scalingFactor);
  }

  /**
   * Reads a {@code vae/config.json}. Unknown keys are ignored; a missing key stands for the default
   * of diffusers' class.
   *
   * @param file the JSON file
   * @return the configuration
   * @throws IOException if the file cannot be read
   * @throws io.github.espalier.core.model.CheckpointFormatException if it is not JSON, a value has
   *     the wrong type or contradicts another, or it asks for what this family never has
   */
  public static VaeConfig read(Path file) throws IOException {
    ConfigReader json = ConfigReader.open(file);
    json.only("_class_name", CLASS_NAME);
    json.only("act_fn", "silu", "swish"); // two names of one function
    json.only("use_quant_conv", true);
    json.only("use_post_quant_conv", true);
    json.only("mid_block_add_attention", true);
    for (String absent : List.of("shift_factor", "latents_mean", "latents_std")) {
      json.only(absent, (Object) null);
    }
    List<Integer> channels = json.positives("block_out_channels", ImmutableList.of(64));
    blocks(json, "down_block_types", DOWN_BLOCK, channels);
    blocks(json, "up_block_types", UP_BLOCK, channels);
    OptionalInt sampleSize = json.squareOrNull("sample_size", OptionalInt.of(32));
    int inChannels = json.positive("in_channels", 3);
    int outChannels = json.positive("out_channels", 3);
    int latentChannels = json.positive("latent_channels", 4);
    int layers = json.positive("layers_per_block", 1);
    int groups = json.positive("norm_num_groups", 32);
    double scaling = json.number("scaling_factor", SCALING_FACTOR);
    return json.build(
        () ->
            new VaeConfig(
                sampleSize,
                inChannels,
                outChannels,
                latentChannels,
                channels,
                layers,
                groups,
                scaling));
  }

  private static void blocks(ConfigReader json, String key, String name, List<Integer> channels) {
    List<String> types = json.texts(key, List.of(name));
    for (String type : types) {
      if (!type.equals(name)) {
        throw json.wrong(key, "\"" + type + "\"", name);
      }
    }
    if (types.size() != channels.size()) {
      throw json.wrong(
          key, types.size() + " values", channels.size() + ", as many as block_out_channels");
    }
  }

  /**
   * Returns how many pixels of an image make one of its latents, each way: every block but the last
   * halves the size.
   *
   * @return a power of 2; 8 in Stable Diffusion
   */
  public int reduction() {
    return 1 << (blockOutChannels.size() - 1);
  }

  /**
   * Returns the configuration as the {@code config.json} that diffusers loads.
   *
   * @return the file's content, ending in a line feed
   */
  public String toJson() {
    int blocks = blockOutChannels.size();
    ConfigWriter json =
        new ConfigWriter()
            .put("_class_name", CLASS_NAME)
            .put("_diffusers_version", UnetConfigJson.DIFFUSERS_VERSION)
            .put("act_fn", "silu")
            .put("block_out_channels", blockOutChannels)
            .put("down_block_types", Collections.nCopies(blocks, DOWN_BLOCK))
            .put("in_channels", inChannels)
            .put("latent_channels", latentChannels)
            .put("layers_per_block", layersPerBlock)
            .put("norm_num_groups", normNumGroups)
            .put("out_channels", outChannels)
            .put("scaling_factor", scalingFactor)
            .put("up_block_types", Collections.nCopies(blocks, UP_BLOCK));
    sampleSize.ifPresent(size -> json.put("sample_size", size));
    return json.write();
  }
}
