package io.github.espalier.methods.trained;

import static io.github.espalier.methods.trained.Contender.MAGNITUDE;
import static io.github.espalier.methods.trained.Contender.MAGNITUDE_BY_ROW;
import static io.github.espalier.methods.trained.Contender.SPARSE_GPT;
import static io.github.espalier.methods.trained.Contender.WANDA;
import static io.github.espalier.methods.trained.Contender.WANDA_BY_ROW;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.sparsity.Sparsity;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On trained weights and text that was not calibrated with, a method is better the more it knows of
 * the inputs.
 *
 * <p>Magnitude and Wanda are compared with the same pattern, both by layer and both by row: which
 * pattern is better is a question of its own. Here it is the layer, so that Wanda by row, its
 * default, does worse than magnitude by layer, its default, in five of the 36 layers at 50 % and in
 * four at 60 %, though never worse than magnitude by row. The test prints that number too.
 */
@Tag("trained")
class TrainedWeightsTest {
  private static final int LAYERS = 36;

  /** At least 90 % of the layers. */
  private static final int IN_ORDER = 33;

  private static Trial trial;

  @BeforeAll
  static void calibrate() {
    trial = new Trial();
  }

  @AfterAll
  static void close() {
    trial.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"50%", "60%"})
  void sparseGptBeatsWandaAndWandaBeatsMagnitude(String sparsity) throws IOException {
    Comparison comparison = Comparison.of(trial, Sparsity.parse(sparsity));
    List<Contender> byLayer = List.of(MAGNITUDE, WANDA, SPARSE_GPT);
    List<Contender> byRow = List.of(MAGNITUDE_BY_ROW, WANDA_BY_ROW, SPARSE_GPT);
    List<Contender> byDefault = List.of(MAGNITUDE, WANDA_BY_ROW, SPARSE_GPT);
    System.out.println(comparison);
    System.out.printf(
        "Layers in order: %d by layer, %d by row, %d with each method's default pattern%n",
        comparison.layersInOrder(byLayer),
        comparison.layersInOrder(byRow),
        comparison.layersInOrder(byDefault));

    assertThat(comparison.layers()).hasSize(LAYERS);
    assertThat(comparison.layersInOrder(byLayer)).isGreaterThanOrEqualTo(IN_ORDER);
    assertThat(comparison.layersInOrder(byRow)).isGreaterThanOrEqualTo(IN_ORDER);
    assertThat(List.of(byLayer, byRow, byDefault)).allMatch(comparison::areEmbeddingsInOrder);
  }
}
