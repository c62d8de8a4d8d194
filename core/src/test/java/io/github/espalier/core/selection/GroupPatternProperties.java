package io.github.espalier.core.selection;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern.ConvolutionLayout;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class GroupPatternProperties {
  /** A layer that its groups fill. */
  record Case(Sample layer, Grouped pattern) {}

  @Provide
  Arbitrary<Case> cases() {
    Arbitrary<Integer> kernel = Arbitraries.integers().between(1, 3);
    return Combinators.combine(
            patterns(),
            Arbitraries.integers().between(0, 5),
            Arbitraries.integers().between(0, 5),
            kernel,
            kernel,
            Arbitraries.of(true, false),
            Samples.dtypes())
        .flatAs(
            (pattern, rows, groups, height, width, convolution, dtype) -> {
              long inputs = (long) groups * pattern.groupSize();
              Shape shape =
                  convolution ? Shape.of(rows, inputs, height, width) : Shape.of(rows, inputs);
              return Samples.of(dtype, shape).map(layer -> new Case(layer, pattern));
            })
        .withoutEdgeCases();
  }

  private static Arbitrary<Grouped> patterns() {
    return Arbitraries.integers()
        .between(2, 9)
        .flatMap(
            size ->
                Combinators.combine(
                        Arbitraries.integers().between(1, size - 1),
                        Arbitraries.of(ConvolutionLayout.class))
                    .as((zeros, layout) -> new Grouped(zeros, size).with(layout)));
  }

  private static Mask select(Sample layer, Grouped pattern, SelectionRule rule) throws IOException {
    return Selector.select(layer.keys(), Sparsity.ZERO, pattern, rule).mask();
  }

  @Property(tries = 2000, seed = "41")
  void everyGroupHasItsZeros(@ForAll("cases") Case each) throws IOException {
    Mask mask = select(each.layer, each.pattern, SelectionRule.EXACT);

    for (List<Integer> group : Oracle.groupsOf(each.layer.shape(), each.pattern)) {
      assertThat(group.stream().filter(i -> !mask.isKept(i)).count())
          .isEqualTo(each.pattern.zerosPerGroup());
    }
    if (each.layer.shape().rank() == 2 || each.pattern.layout() == ConvolutionLayout.FLATTENED) {
      int size = each.pattern.groupSize();
      long[] zeros = new long[each.layer.size() / size];
      Arrays.fill(zeros, each.pattern.zerosPerGroup());
      assertThat(mask.prunedPerGroup(size)).isEqualTo(zeros);
    }
  }

  @Property(tries = 2000, seed = "42")
  void agreesWithSortingEachGroup(@ForAll("cases") Case each) throws IOException {
    Mask expected =
        Oracle.mask(
            each.layer.shape(),
            Oracle.groups(each.layer.magnitudes(), each.layer.shape(), each.pattern));

    assertThat(select(each.layer, each.pattern, SelectionRule.EXACT)).isEqualTo(expected);
    assertThat(select(each.layer, each.pattern, SelectionRule.WANDA)).isEqualTo(expected);
  }

  @Property(tries = 1000, seed = "43")
  void masksNestAsZerosPerGroupGrow(@ForAll("cases") Case each) throws IOException {
    Grouped pattern = each.pattern;
    Mask before = Mask.keepAll(each.layer.shape());
    for (int zeros = 1; zeros < pattern.groupSize(); zeros++) {
      Grouped more = new Grouped(zeros, pattern.groupSize()).with(pattern.layout());
      Mask mask = select(each.layer, more, SelectionRule.EXACT);
      assertThat(before.and(mask)).isEqualTo(mask);
      before = mask;
    }
  }

  @Property(tries = 1000, seed = "44")
  void pruningAgainChangesNothing(@ForAll("cases") Case each) throws IOException {
    Sample once = each.layer.pruned(select(each.layer, each.pattern, SelectionRule.EXACT));

    assertThat(once.pruned(select(once, each.pattern, SelectionRule.EXACT))).isEqualTo(once);
  }
}
