package io.github.espalier.core.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerGroupingTest {
  @ParameterizedTest
  @CsvSource({
    "text_model.encoder.layers.13.self_attn.q_proj.weight, text_model.encoder.layers.13,"
        + " text_model.encoder.layers.13",
    "down_blocks.1.attentions.0.transformer_blocks.2.attn1.to_out.0.weight,"
        + " down_blocks.1.attentions.0.transformer_blocks.2, down_blocks.1",
    "down_blocks.1.attentions.0.transformer_blocks.2.ff.net.0.proj.weight,"
        + " down_blocks.1.attentions.0.transformer_blocks.2, down_blocks.1",
    "down_blocks.1.attentions.0.proj_in.weight, down_blocks.1.attentions.0, down_blocks.1",
    "mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight,"
        + " mid_block.attentions.0.transformer_blocks.0, mid_block.attentions.0",
    "up_blocks.3.resnets.2.conv1.weight, up_blocks.3.resnets.2, up_blocks.3",
    "up_blocks.2.upsamplers.0.conv.weight, up_blocks.2.upsamplers.0, up_blocks.2",
    "time_embedding.linear_1.weight, time_embedding, time_embedding",
    "conv_in.weight, conv_in, conv_in",
    "weight, weight, weight",
  })
  void namesOfBlocks(String name, String block, String outer) {
    assertThat(LayerGrouping.BLOCK.groupOf(name)).isEqualTo(block);
    assertThat(LayerGrouping.ofDepth(1).groupOf(name)).isEqualTo(outer);
    assertThat(LayerGrouping.LAYER.groupOf(name)).isEqualTo(name);
  }

  @Test
  void groupsKeepTheOrderOfTheirFirstLayers() {
    var layers =
        Stream.of("b.layers.1.x", "a", "b.layers.0.x", "b.layers.1.y")
            .map(
                name ->
                    new Layer(
                        name, new Component("unet"), LayerKind.LINEAR, Shape.of(1, 1), DType.F16))
            .toList();
    assertThat(LayerGrouping.BLOCK.groups(layers).toString()).isEqualTo("[[0, 3], [1], [2]]");
    assertThat(LayerGrouping.LAYER.groups(layers)).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"block", "layer", "1", "9"})
  void textsAreReadAndWritten(String text) {
    assertThat(LayerGrouping.parse(text)).hasToString(text);
    assertThat(LayerGrouping.parse(text)).isEqualTo(LayerGrouping.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "10", "Block", ""})
  void otherTextsAreRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerGrouping.parse(text))
        .withMessage(
            "unknown grouping '" + text + "'; expected block, layer, or a depth from 1 to 9");
  }
}
