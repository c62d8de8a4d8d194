package io.github.espalier.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerSelectionTest {
  private static final Component UNET = new Component("unet");
  private static final Component TEXT = new Component("text_encoder");

  private static final Layer CONV = layer("conv_in.weight", UNET, LayerKind.CONV2D);
  private static final Layer CONV_BIAS = layer("conv_in.bias", UNET, LayerKind.BIAS);
  private static final Layer QUERY = layer("attn1.to_q.weight", UNET, LayerKind.LINEAR);
  private static final Layer NORM = layer("norm.weight", UNET, LayerKind.NORM);
  private static final Layer FC = layer("mlp.fc1.weight", TEXT, LayerKind.LINEAR);
  private static final Layer TOKENS = layer("token_embedding.weight", TEXT, LayerKind.EMBEDDING);
  private static final Layer OTHER = layer("position_ids", TEXT, LayerKind.OTHER);
  private static final List<Layer> ALL = List.of(CONV, CONV_BIAS, QUERY, NORM, FC, TOKENS, OTHER);

  private static Layer layer(String name, Component component, LayerKind kind) {
    return new Layer(name, component, kind, Shape.of(2, 2), DType.F16);
  }

  private static List<Layer> select(LayerSelection selection) {
    return selection.selectFrom(ALL);
  }

  @Test
  void byKind() {
    assertThat(select(LayerSelection.LINEAR)).containsExactly(QUERY, FC);
    assertThat(select(LayerSelection.LINEAR_AND_CONV2D)).containsExactly(CONV, QUERY, FC);
    assertThat(select(LayerSelection.ofKind(LayerKind.NORM, LayerKind.BIAS)))
        .containsExactly(CONV_BIAS, NORM);
    assertThat(LayerSelection.LINEAR_AND_CONV2D.description()).isEqualTo("linear+conv2d");
  }

  @Test
  void byComponentWeightsOnly() {
    assertThat(select(LayerSelection.ofComponent(UNET))).containsExactly(CONV, QUERY);
    assertThat(select(LayerSelection.ofComponent(TEXT))).containsExactly(FC, TOKENS);
  }

  @Test
  void byNameOfAnyKindWithOrWithoutTheComponent() {
    assertThat(select(LayerSelection.named("unet/conv_in.weight", "norm.weight", "conv_in")))
        .containsExactly(CONV, NORM);
  }

  @Test
  void byRegularExpressionWeightsOnly() {
    assertThat(select(LayerSelection.matching("conv_in"))).containsExactly(CONV);
    assertThat(select(LayerSelection.matching("^unet/.*weight$"))).containsExactly(CONV, QUERY);
    assertThat(select(LayerSelection.matching("^attn"))).containsExactly(QUERY);
  }

  @Test
  void malformedExpressionsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerSelection.matching("attn[1"))
        .withMessageContaining("layer pattern 'attn[1' is not a regular expression");
  }

  @Test
  void combined() {
    LayerSelection linear = LayerSelection.LINEAR;
    LayerSelection unet = LayerSelection.ofComponent(UNET);

    assertThat(select(linear.and(unet))).containsExactly(QUERY);
    assertThat(select(linear.or(unet))).containsExactly(CONV, QUERY, FC);
    assertThat(select(linear.not())).containsExactly(CONV, TOKENS);
    assertThat(select(linear.and(LayerSelection.matching("to_q").not()))).containsExactly(FC);
    assertThat(linear.and(unet.not()).description()).isEqualTo("(linear and not component unet)");
    assertThat(linear.or(unet)).hasToString("(linear or component unet)");
  }

  @Test
  void underAnotherName() {
    LayerSelection paper = LayerSelection.LINEAR.as("paper");

    assertThat(paper.description()).isEqualTo("paper");
    assertThat(select(paper)).containsExactly(QUERY, FC);
    assertThat(paper.selects(CONV)).isFalse();
  }

  @Test
  void selectingNothingIsAnErrorThatNamesTheNearestLayers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> select(LayerSelection.named("attn1.to_p.weight")))
        .withMessageStartingWith("layer pattern 'attn1.to_p.weight' selects none of 7 layers")
        .withMessageContaining("nearest: attn1.to_q.weight, ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> select(LayerSelection.matching("token_embeding")))
        .withMessageContaining("nearest: token_embedding.weight, ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerSelection.LINEAR.selectFrom(List.of()))
        .withMessageContaining("selects none of 0 layers; nearest: none");
  }
}
