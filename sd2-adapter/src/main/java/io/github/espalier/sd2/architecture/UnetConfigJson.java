package io.github.espalier.sd2.architecture;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/** A {@link UnetConfig} as JSON, with the defaults of diffusers' {@code UNet2DConditionModel}. */
final class UnetConfigJson {
  private static final String CLASS_NAME = "UNet2DConditionModel";

  /**
   * A release whose pipelines take the sample size as it is: given a folder that an older one
   * wrote, newer releases replace sizes below 64 by 64.
   */
  static final String DIFFUSERS_VERSION = "0.14.0";

  private UnetConfigJson() {}

  static UnetConfig read(ConfigReader json) {
    refuseOtherArchitectures(json);
    List<Integer> channels =
        json.positives("block_out_channels", ImmutableList.of(320, 640, 1280, 1280));
    int blocks = channels.size();
    OptionalInt sampleSize = json.squareOrNull("sample_size", OptionalInt.empty());
    int inChannels = json.positive("in_channels", 4);
    int outChannels = json.positive("out_channels", 4);
    int layers = json.sameForAllBlocks("layers_per_block", blocks, 2);
    UnetConfig sd2 = UnetConfig.sd2();
    List<UnetBlockType> down =
        blockTypes(json, "down_block_types", sd2.downBlockTypes(), UnetBlockType::downName);
    List<UnetBlockType> up =
        blockTypes(json, "up_block_types", sd2.upBlockTypes(), UnetBlockType::upName);
    List<Integer> heads = json.onePerBlock("attention_head_dim", blocks, 8);
    int crossAttention = json.sameForAllBlocks("cross_attention_dim", blocks, 1280);
    int transformerLayers = json.sameForAllBlocks("transformer_layers_per_block", blocks, 1);
    boolean linear = json.flag("use_linear_projection", false);
    boolean upcast = json.flag("upcast_attention", false);
    int groups = json.positive("norm_num_groups", 32);
    double eps = json.number("norm_eps", 1e-5);
    return json.build(
        () ->
            new UnetConfig(
                sampleSize,
                inChannels,
                outChannels,
                channels,
                layers,
                down,
                up,
                heads,
                crossAttention,
                transformerLayers,
                linear,
                upcast,
                groups,
                eps));
  }

  private static void refuseOtherArchitectures(ConfigReader json) {
    json.only("_class_name", CLASS_NAME);
    json.only("act_fn", "silu", "swish"); // two names of one function
    json.only("mid_block_type", "UNetMidBlock2DCrossAttn");
    json.only("center_input_sample", false);
    json.only("flip_sin_to_cos", true);
    json.only("freq_shift", 0);
    json.only("downsample_padding", 1);
    json.only("mid_block_scale_factor", 1);
    json.only("conv_in_kernel", 3);
    json.only("conv_out_kernel", 3);
    json.only("attention_type", "default");
    json.only("resnet_time_scale_shift", "default");
    json.only("resnet_out_scale_factor", 1);
    json.only("time_embedding_type", "positional");
    for (String flag :
        List.of(
            "dual_cross_attention",
            "only_cross_attention",
            "mid_block_only_cross_attention",
            "class_embeddings_concat",
            "resnet_skip_time_act")) {
      json.only(flag, false, null);
    }
    for (String absent :
        List.of(
            "class_embed_type",
            "num_class_embeds",
            "addition_embed_type",
            "addition_time_embed_dim",
            "projection_class_embeddings_input_dim",
            "encoder_hid_dim",
            "encoder_hid_dim_type",
            "num_attention_heads",
            "reverse_transformer_layers_per_block",
            "cross_attention_norm",
            "time_embedding_dim",
            "time_embedding_act_fn",
            "timestep_post_act",
            "time_cond_proj_dim")) {
      json.only(absent, (Object) null);
    }
  }

  private static List<UnetBlockType> blockTypes(
      ConfigReader json,
      String key,
      List<UnetBlockType> missing,
      Function<UnetBlockType, String> spelling) {
    ImmutableList.Builder<UnetBlockType> types = ImmutableList.builder();
    for (String name : json.texts(key, missing.stream().map(spelling).toList())) {
      if (name.equals(spelling.apply(UnetBlockType.PLAIN))) {
        types.add(UnetBlockType.PLAIN);
      } else if (name.equals(spelling.apply(UnetBlockType.CROSS_ATTENTION))) {
        types.add(UnetBlockType.CROSS_ATTENTION);
      } else {
        throw json.wrong(
            key,
            "\"" + name + "\"",
            spelling.apply(UnetBlockType.PLAIN)
                + " or "
                + spelling.apply(UnetBlockType.CROSS_ATTENTION));
      }
    }
    return types.build();
  }

  static String write(UnetConfig config) {
    ConfigWriter json =
        new ConfigWriter()
            .put("_class_name", CLASS_NAME)
            .put("_diffusers_version", DIFFUSERS_VERSION)
            .put("act_fn", "silu")
            .putUniform("attention_head_dim", config.headCounts())
            .put("block_out_channels", config.blockOutChannels())
            .put("center_input_sample", false)
            .put("cross_attention_dim", config.crossAttentionDim())
            .put(
                "down_block_types",
                config.downBlockTypes().stream().map(UnetBlockType::downName).toList())
            .put("downsample_padding", 1)
            .put("dual_cross_attention", false)
            .put("flip_sin_to_cos", true)
            .put("freq_shift", 0)
            .put("in_channels", config.inChannels())
            .put("layers_per_block", config.layersPerBlock())
            .put("mid_block_scale_factor", 1)
            .put("mid_block_type", "UNetMidBlock2DCrossAttn")
            .put("norm_eps", config.normEps())
            .put("norm_num_groups", config.normNumGroups())
            .put("num_class_embeds", null)
            .put("only_cross_attention", false)
            .put("out_channels", config.outChannels())
            .put(
                "up_block_types",
                config.upBlockTypes().stream().map(UnetBlockType::upName).toList())
            .put("upcast_attention", config.upcastAttention())
            .put("use_linear_projection", config.useLinearProjection());
    config.sampleSize().ifPresent(size -> json.put("sample_size", size));
    if (config.transformerLayersPerBlock() != 1) {
      json.put("transformer_layers_per_block", config.transformerLayersPerBlock());
    }
    return json.write();
  }
}
