package io.github.espalier.core.selection;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.Shape;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Infinities and NaN are an error in every pattern, whatever the sparsity. */
class NonFiniteProperties {
  private static final int COLUMNS = 8;

  /** A finite layer, and what to write over some of its weights. */
  record Case(Sample layer, Map<Integer, Long> invalid) {
    Sample spoilt() {
      long[] bits = layer.bits();
      invalid.forEach((place, value) -> bits[place] = value);
      return layer.withBits(bits);
    }
  }

  @Provide
  Arbitrary<Case> cases() {
    return Combinators.combine(Samples.dtypes(), Arbitraries.integers().between(1, 9))
        .flatAs(
            (dtype, rows) ->
                Combinators.combine(
                        Samples.of(dtype, Shape.of(rows, COLUMNS)),
                        Arbitraries.maps(
                                Arbitraries.integers().between(0, rows * COLUMNS - 1),
                                Samples.nonFinite(dtype))
                            .ofMinSize(1)
                            .ofMaxSize(4))
                    .as(Case::new))
        .withoutEdgeCases();
  }

  @Provide
  Arbitrary<Sparsity> sparsities() {
    return Arbitraries.oneOf(
        Arbitraries.of(Sparsity.ZERO, Sparsity.ONE), Samples.thousandths().map(Samples::sparsity));
  }

  @Property(tries = 2000, seed = "81")
  void inEveryPattern(@ForAll("cases") Case each, @ForAll("sparsities") Sparsity sparsity) {
    SaliencyKeys keys = each.spoilt().keys();
    String count = each.invalid.size() + " of " + each.layer.size() + " values ";
    for (SparsityPattern pattern :
        List.of(SparsityPattern.LAYER, SparsityPattern.ROW, new Grouped(2, 4))) {
      assertThatThrownBy(() -> Selector.select(keys, sparsity, pattern, SelectionRule.EXACT))
          .isInstanceOf(NonFiniteException.class)
          .hasMessageStartingWith(count);
    }
  }

  @Property(tries = 1000, seed = "82")
  void inEveryRule(
      @ForAll("cases") Case each,
      @ForAll("sparsities") Sparsity sparsity,
      @ForAll SelectionRule rule) {
    SaliencyKeys keys = each.spoilt().keys();

    assertThatThrownBy(() -> Selector.select(keys, sparsity, SparsityPattern.LAYER, rule))
        .isInstanceOf(NonFiniteException.class);
  }

  @Property(tries = 1000, seed = "83")
  void acrossLayersOfMixedTypes(
      @ForAll("cases") Case one,
      @ForAll("cases") Case other,
      @ForAll("sparsities") Sparsity sparsity) {
    List<SaliencyKeys> keys = List.of(one.layer.keys(), other.spoilt().keys());

    assertThatThrownBy(() -> Selector.select(keys, sparsity, SelectionRule.EXACT))
        .isInstanceOf(NonFiniteException.class)
        .hasMessageStartingWith(other.invalid.size() + " of " + other.layer.size() + " values ")
        .extracting(e -> ((NonFiniteException) e).layer())
        .isEqualTo(1);
  }
}
