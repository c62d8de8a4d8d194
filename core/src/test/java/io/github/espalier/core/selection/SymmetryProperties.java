package io.github.espalier.core.selection;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.ConvolutionLayout;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Changes of the weights under which the mask must not change, or must change along. */
class SymmetryProperties {
  private static final int COLUMNS = 12;

  @Provide
  Arbitrary<Integer> thousandths() {
    return Samples.thousandths();
  }

  /** Patterns that treat the rows of a matrix of twelve columns alike. */
  @Provide
  Arbitrary<SparsityPattern> rowPatterns() {
    return Arbitraries.of(
        SparsityPattern.ROW,
        new Grouped(2, 4),
        new Grouped(1, 3),
        new Grouped(5, 6).with(ConvolutionLayout.FLATTENED));
  }

  @Provide
  Arbitrary<SparsityPattern> patterns() {
    return Arbitraries.oneOf(Arbitraries.just(SparsityPattern.LAYER), rowPatterns());
  }

  @Provide
  Arbitrary<Sample> matrices() {
    return Combinators.combine(Samples.dtypes(), Arbitraries.longs().between(0, 9))
        .flatAs((dtype, rows) -> Samples.of(dtype, Shape.of(rows, COLUMNS)))
        .withoutEdgeCases();
  }

  /** Zeros and normal numbers from 2^-4 to 2^5, which every type can scale by 2^-6 to 2^6. */
  @Provide
  Arbitrary<Sample> moderate() {
    return Combinators.combine(Samples.dtypes(), Arbitraries.longs().between(0, 9))
        .flatAs(
            (dtype, rows) ->
                moderate(dtype)
                    .array(long[].class)
                    .ofSize((int) (rows * COLUMNS))
                    .map(bits -> new Sample(dtype, Shape.of(rows, COLUMNS), bits)))
        .withoutEdgeCases();
  }

  private static Arbitrary<Long> moderate(DType dtype) {
    int bias = (1 << (Sample.exponentBits(dtype) - 1)) - 1;
    Arbitrary<Long> normal =
        Combinators.combine(
                Arbitraries.longs().between(bias - 4, bias + 4),
                Arbitraries.longs().between(0, (1L << Sample.mantissaBits(dtype)) - 1),
                Arbitraries.of(0L, Sample.signBit(dtype)))
            .as(
                (exponent, mantissa, sign) ->
                    exponent << Sample.mantissaBits(dtype) | mantissa | sign);
    return Arbitraries.oneOf(normal, Arbitraries.of(0L, Sample.signBit(dtype)));
  }

  private static Mask select(Sample layer, int thousandths, SparsityPattern pattern)
      throws IOException {
    return Selector.select(
            layer.keys(), Samples.sparsity(thousandths), pattern, SelectionRule.EXACT)
        .mask();
  }

  @Property(tries = 1500, seed = "51")
  void scalingByAPowerOfTwoKeepsTheMask(
      @ForAll("moderate") Sample layer,
      @ForAll @IntRange(min = -6, max = 6) int power,
      @ForAll("thousandths") int thousandths,
      @ForAll("patterns") SparsityPattern pattern)
      throws IOException {
    long[] scaled = layer.bits();
    for (int i = 0; i < scaled.length; i++) {
      if (Sample.magnitude(layer.dtype(), scaled[i]) != 0) {
        scaled[i] += (long) power << Sample.mantissaBits(layer.dtype());
      }
    }

    assertThat(select(layer.withBits(scaled), thousandths, pattern))
        .isEqualTo(select(layer, thousandths, pattern));
  }

  @Property(tries = 1500, seed = "52")
  void signsDoNotMatter(
      @ForAll("matrices") Sample layer,
      @ForAll("thousandths") int thousandths,
      @ForAll("patterns") SparsityPattern pattern)
      throws IOException {
    long[] negated = layer.bits();
    for (int i = 0; i < negated.length; i++) {
      negated[i] ^= i % 3 == 0 ? 0 : Sample.signBit(layer.dtype());
    }

    assertThat(select(layer.withBits(negated), thousandths, pattern))
        .isEqualTo(select(layer, thousandths, pattern));
  }

  /**
   * Rows and groups never look beyond a row, so even ties travel with it. Quarters of twelve
   * columns are whole weights, so that all rows lose equally many.
   */
  @Property(tries = 1500, seed = "53")
  void permutingRowsPermutesTheMaskOfRowsAndGroups(
      @ForAll("matrices") Sample layer,
      @ForAll @IntRange(max = 1000) int shuffle,
      @ForAll @IntRange(max = 4) int quarters,
      @ForAll("rowPatterns") SparsityPattern pattern)
      throws IOException {
    List<Integer> order = shuffled(layer.rows(), shuffle);

    assertThat(select(permuted(layer, order), 250 * quarters, pattern))
        .isEqualTo(permuted(select(layer, 250 * quarters, pattern), order));
  }

  /** A whole layer breaks ties by flat index, so its rows may be permuted if there are none. */
  @Property(tries = 1500, seed = "54")
  void permutingRowsPermutesTheMaskOfALayerOfDistinctMagnitudes(
      @ForAll("distinct") Sample layer,
      @ForAll @IntRange(max = 1000) int shuffle,
      @ForAll("thousandths") int thousandths)
      throws IOException {
    List<Integer> order = shuffled(layer.rows(), shuffle);

    assertThat(select(permuted(layer, order), thousandths, SparsityPattern.LAYER))
        .isEqualTo(permuted(select(layer, thousandths, SparsityPattern.LAYER), order));
  }

  @Provide
  Arbitrary<Sample> distinct() {
    return Combinators.combine(Samples.dtypes(), Arbitraries.integers().between(0, 9))
        .flatAs(
            (dtype, rows) ->
                Arbitraries.longs()
                    .between(0, Math.min(Sample.infinity(dtype) - 1, 1L << 40))
                    .list()
                    .uniqueElements()
                    .ofSize(rows * COLUMNS)
                    .map(
                        bits ->
                            new Sample(
                                dtype,
                                Shape.of(rows, COLUMNS),
                                bits.stream().mapToLong(Long::longValue).toArray())))
        .withoutEdgeCases();
  }

  private static List<Integer> shuffled(int rows, int shuffle) {
    List<Integer> order = new ArrayList<>(Oracle.range(0, rows));
    Collections.shuffle(order, new Random(shuffle));
    return order;
  }

  private static Sample permuted(Sample layer, List<Integer> order) {
    long[] bits = layer.bits();
    for (int row = 0; row < order.size(); row++) {
      System.arraycopy(layer.bits(), order.get(row) * COLUMNS, bits, row * COLUMNS, COLUMNS);
    }
    return layer.withBits(bits);
  }

  private static Mask permuted(Mask mask, List<Integer> order) {
    var builder = Mask.builder(mask.shape());
    for (int i = 0; i < order.size() * COLUMNS; i++) {
      if (!mask.isKept((long) order.get(i / COLUMNS) * COLUMNS + i % COLUMNS)) {
        builder.prune(i);
      }
    }
    return builder.build();
  }
}
