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
  void byAConditionOfOnesOwn() {
    LayerSelection biases =
        LayerSelection.where("biases of the U-Net", layer -> layer.name().endsWith(".bias"));

    assertThat(select(biases)).containsExactly(CONV_BIAS);
    assertThat(biases).hasToString("biases of the U-Net");
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
        .withMessageStartingWith(
            "layer selection 'attn1.to_p.weight' selects none of 4 layers of weights")
        .withMessageContaining("; nearest: unet/attn1.to_q.weight, ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> select(LayerSelection.matching("token_embeding").as("tokens")))
        .withMessageStartingWith("layer selection 'tokens' selects none")
        .withMessageContaining("; nearest: text_encoder/token_embedding.weight, ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerSelection.matching("fc").selectFrom(List.of()))
        .withMessage("layer selection 'fc' selects none of 0 layers of weights; nearest: none");
  }

  @Test
  void helpIsGivenForThePartsThatFitNothing() {
    LayerSelection wrong = LayerSelection.matching("atn1").or(LayerSelection.named("mlp.fc2"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> select(wrong.and(LayerSelection.LINEAR)))
        .withMessageStartingWith(
            "layer selection '((atn1 or mlp.fc2) and linear)' selects none of 4 layers of weights"
                + "; nearest to 'atn1': unet/attn1.to_q.weight, ")
        .withMessageContaining("; nearest to 'mlp.fc2': text_encoder/mlp.fc1.weight, ");

    LayerSelection half = LayerSelection.matching("attn1").and(LayerSelection.matching("mpl"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> select(half))
        .withMessageContaining(
            "4 layers of weights; nearest to 'mpl': text_encoder/mlp.fc1.weight, ");
  }

  @Test
  void noHelpIsGivenWhereNothingIsMisspelt() {
    LayerSelection disjoint = LayerSelection.matching("attn1").and(LayerSelection.matching("fc1"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> select(disjoint))
        .withMessage("layer selection '(attn1 and fc1)' selects none of 4 layers of weights");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerSelection.LINEAR.selectFrom(List.of(CONV)))
        .withMessage("layer selection 'linear' selects none of 1 layers of weights");
  }

  @Test
  void everyExactNameMustExist() {
    LayerSelection names = LayerSelection.named("norm.weight", "unet/conv_in.weigth");
    LayerSelection hidden = LayerSelection.LINEAR.and(names.as("mine").not());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> names.requireNamesIn(ALL))
        .withMessageStartingWith(
            "layer selection 'norm.weight, unet/conv_in.weigth': no layer is named"
                + " 'unet/conv_in.weigth'; nearest: unet/conv_in.weight, ");
    assertThatIllegalArgumentException().isThrownBy(() -> hidden.requireNamesIn(ALL));
    LayerSelection.named("norm.weight", "unet/conv_in.weight")
        .or(LayerSelection.matching("matches nothing"))
        .requireNamesIn(ALL);
  }

  @Test
  void aSelectionOfNothingCannotBeMade() {
    assertThatIllegalArgumentException()
        .isThrownBy(LayerSelection::named)
        .withMessage("a selection of layers needs at least one name");
    assertThatIllegalArgumentException()
        .isThrownBy(LayerSelection::ofKind)
        .withMessage("a selection of layers needs at least one kind");
  }
}
