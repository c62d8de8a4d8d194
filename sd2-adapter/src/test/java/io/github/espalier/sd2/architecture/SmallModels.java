package io.github.espalier.sd2.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Small models of any depth, whose heads and groups are those that an inspector assumes. */
final class SmallModels {
  private SmallModels() {}

  static Arbitrary<ModelConfig> models() {
    Arbitrary<Integer> latents = Arbitraries.integers().between(1, 5);
    Arbitrary<Integer> textWidths = Arbitraries.of(8, 24, 64, 128);
    return Combinators.combine(latents, textWidths, Arbitraries.of(true, false))
        .as(
            (latent, width, sd2) ->
                Combinators.combine(unets(latent, width, sd2), vaes(latent), texts(width, sd2))
                    .as(ModelConfig::new))
        .flatMap(model -> model);
  }

  private static Arbitrary<UnetConfig> unets(int latent, int textWidth, boolean linear) {
    Arbitrary<List<Integer>> channels =
        Arbitraries.of(32, 64, 96, 128).list().ofMinSize(1).ofMaxSize(4);
    return Combinators.combine(
            channels,
            Arbitraries.of(UnetBlockType.class).list().ofSize(8),
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(1, 2),
            Arbitraries.integers().between(1, 9))
        .as(
            (widths, types, layers, transformerLayers, inputs) ->
                UnetConfig.sd2().toBuilder()
                    .anySampleSize()
                    .inChannels(inputs)
                    .outChannels(latent)
                    .blocks(
                        widths,
                        types.subList(0, widths.size()),
                        types.subList(4, 4 + widths.size()),
                        heads(widths, linear))
                    .layersPerBlock(layers)
                    .transformerLayersPerBlock(transformerLayers)
                    .crossAttentionDim(textWidth)
                    .useLinearProjection(linear)
                    .build());
  }

  private static List<Integer> heads(List<Integer> widths, boolean linear) {
    List<Integer> heads = new ArrayList<>();
    for (int width : widths) {
      heads.add(linear ? (width % 64 == 0 ? width / 64 : 1) : 8);
    }
    return heads;
  }

  private static Arbitrary<VaeConfig> vaes(int latent) {
    return Combinators.combine(
            Arbitraries.of(8, 24, 40).list().ofMinSize(1).ofMaxSize(4),
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(1, 4))
        .as(
            (widths, layers, colours) ->
                new VaeConfig(
                    OptionalInt.empty(),
                    colours,
                    colours + 1,
                    latent,
                    widths,
                    layers,
                    8,
                    VaeConfig.SCALING_FACTOR));
  }

  private static Arbitrary<TextEncoderConfig> texts(int width, boolean sd2) {
    return Combinators.combine(
            Arbitraries.integers().between(1, 5),
            Arbitraries.integers().between(2, 90),
            Arbitraries.integers().between(1, 300))
        .as(
            (layers, positions, inner) ->
                new TextEncoderConfig(
                    300,
                    width,
                    inner,
                    layers,
                    width % 64 == 0 ? width / 64 : 1,
                    positions,
                    sd2 ? TextActivation.GELU : TextActivation.QUICK_GELU,
                    sd2 ? 512 : width,
                    1e-5));
  }
}
