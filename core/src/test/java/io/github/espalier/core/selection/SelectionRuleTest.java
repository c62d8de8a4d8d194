package io.github.espalier.core.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.selection.SelectionRule.Cut;
import io.github.espalier.core.sparsity.ComparisonGroup;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionRuleTest {
  @ParameterizedTest
  @CsvSource({
    // rule, group, size, sparsity, count, with ties
    "EXACT, LAYER, 100, 0.29, 29, false",
    "EXACT, LAYER, 3, 0.5, 2, false",
    "EXACT, LAYER, 5, 0.5, 3, false",
    "EXACT, GLOBAL, 1, 0.499, 0, false",
    "EXACT, ROW, 7, 1, 7, false",
    "EXACT, LAYER, 0, 1, 0, false",
    "SD2_PRUNING, LAYER, 100, 0.29, 28, true",
    "SD2_PRUNING, LAYER, 10, 0.09, 0, true",
    "SD2_PRUNING, LAYER, 10, 0, 0, true",
    "SD2_PRUNING, LAYER, 10, 1, 10, true",
    "WANDA, LAYER, 100, 0.29, 29, true",
    "WANDA, LAYER, 10, 0.09, 1, true",
    "WANDA, LAYER, 10, 0, 0, false",
    "WANDA, LAYER, 10, 1, 10, true",
    "WANDA, LAYER, 0, 0.5, 0, false",
    "WANDA, ROW, 100, 0.29, 28, false",
    "WANDA, ROW, 10, 0.09, 0, false",
    "WANDA, ROW, 10, 1, 10, false",
    "TORCH_PRUNE, LAYER, 10, 0.25, 2, false",
    "TORCH_PRUNE, LAYER, 10, 0.35, 4, false",
    "TORCH_PRUNE, GLOBAL, 5, 0.5, 2, false",
    "TORCH_PRUNE, LAYER, 7, 1, 7, false",
  })
  void countsAsItsSourceDoes(
      SelectionRule rule,
      ComparisonGroup group,
      long size,
      double sparsity,
      long count,
      boolean withTies) {
    assertThat(rule.cut(size, Sparsity.of(sparsity), group)).isEqualTo(new Cut(count, withTies));
  }

  /** Magnitudes 1 2 2 2 3 4 5 6: what a rule prunes shows which ties it takes along. */
  @ParameterizedTest
  @CsvSource({
    "EXACT, 0.25, 1 2",
    "TORCH_PRUNE, 0.25, 1 2",
    "SD2_PRUNING, 0.25, 1 2 3 4",
    "SD2_PRUNING, 0.125, 1",
    "WANDA, 0.125, 1 2 3 4",
    "WANDA, 0.5, 0 1 2 3 4",
    "WANDA, 1, 0 1 2 3 4 5 6 7",
  })
  void takesTiesAsItsSourceDoes(SelectionRule rule, double sparsity, String expected)
      throws IOException {
    TensorData weights = TensorData.ofFloats(Shape.of(2, 4), 3, -1, 2, -2, 2, 4, -5, 6);

    Mask mask =
        Selector.select(
                MagnitudeKeys.of(weights), Sparsity.of(sparsity), SparsityPattern.LAYER, rule)
            .mask();

    List<String> pruned = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      if (!mask.isKept(i)) {
        pruned.add(Integer.toString(i));
      }
    }
    assertThat(String.join(" ", pruned)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "EXACT, layer row global 2:4",
    "SD2_PRUNING, layer",
    "WANDA, layer row 2:4",
    "TORCH_PRUNE, layer global",
  })
  void supportsWhatItsSourceHas(SelectionRule rule, String labels) {
    List<String> supported = List.of(labels.split(" ", -1));
    for (SparsityPattern pattern :
        List.of(
            SparsityPattern.LAYER,
            SparsityPattern.ROW,
            SparsityPattern.GLOBAL,
            new Grouped(2, 4))) {
      if (supported.contains(pattern.label())) {
        assertThatCode(() -> rule.requireSupport(pattern)).doesNotThrowAnyException();
      } else {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> rule.requireSupport(pattern))
            .withMessageContaining("rule " + rule + " is not defined for pattern")
            .withMessageContaining(pattern.label())
            .withMessageContaining("use EXACT");
      }
    }
  }

  @Test
  void rulesWithoutAGlobalModeRefuseSeveralLayers() {
    SaliencyKeys keys = MagnitudeKeys.of(TensorData.ofFloats(Shape.of(1), 1));
    for (SelectionRule rule : List.of(SelectionRule.SD2_PRUNING, SelectionRule.WANDA)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Selector.select(List.of(keys, keys), Sparsity.of(0.5), rule))
          .withMessageContaining("is not defined for pattern global");
    }
  }
}
