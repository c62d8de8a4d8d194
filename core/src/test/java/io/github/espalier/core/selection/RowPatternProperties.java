package io.github.espalier.core.selection;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.sparsity.SparsityPattern;
import java.io.IOException;
import java.util.Arrays;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RowPatternProperties {
  @Provide
  Arbitrary<Sample> layers() {
    return Samples.any();
  }

  @Provide
  Arbitrary<Integer> thousandths() {
    return Samples.thousandths();
  }

  private static Mask select(Sample layer, int thousandths) throws IOException {
    return Selector.select(
            layer.keys(), Samples.sparsity(thousandths), SparsityPattern.ROW, SelectionRule.EXACT)
        .mask();
  }

  private static int[] counts(Sample layer, int thousandths) {
    int all = Samples.count(thousandths, layer.rows() * layer.columns());
    return Oracle.dealt(all, layer.rows());
  }

  @Property(tries = 2000, seed = "21")
  void prunesExactlyTheLayersCountAndRowsEvenly(
      @ForAll("layers") Sample layer, @ForAll("thousandths") int thousandths) throws IOException {
    assertThat(select(layer, thousandths).prunedPerRow())
        .isEqualTo(Arrays.stream(counts(layer, thousandths)).asLongStream().toArray());
  }

  @Property(tries = 3000, seed = "22")
  void agreesWithSortingEachRow(
      @ForAll("layers") Sample layer, @ForAll("thousandths") int thousandths) throws IOException {
    boolean[] expected =
        Oracle.rows(layer.magnitudes(), layer.columns(), counts(layer, thousandths));

    assertThat(select(layer, thousandths)).isEqualTo(Oracle.mask(layer.shape(), expected));
  }

  @Property(tries = 1000, seed = "23")
  void masksNestAsSparsityGrows(
      @ForAll("layers") Sample layer,
      @ForAll("thousandths") int one,
      @ForAll("thousandths") int other)
      throws IOException {
    Mask fewer = select(layer, Math.min(one, other));
    Mask more = select(layer, Math.max(one, other));

    assertThat(fewer.and(more)).isEqualTo(more);
  }

  @Property(tries = 1000, seed = "24")
  void pruningAgainChangesNothing(
      @ForAll("layers") Sample layer, @ForAll("thousandths") int thousandths) throws IOException {
    Sample once = layer.pruned(select(layer, thousandths));

    assertThat(once.pruned(select(once, thousandths))).isEqualTo(once);
  }

  @Property(tries = 1000, seed = "25")
  void wandaTruncatesTheBinaryProduct(
      @ForAll("layers") Sample layer, @ForAll("thousandths") int thousandths) throws IOException {
    int perRow = (int) (layer.columns() * (thousandths / 1000.0));
    int[] counts = new int[layer.rows()];
    Arrays.fill(counts, perRow);
    boolean[] expected = Oracle.rows(layer.magnitudes(), layer.columns(), counts);

    Mask mask =
        Selector.select(
                layer.keys(),
                Samples.sparsity(thousandths),
                SparsityPattern.ROW,
                SelectionRule.WANDA)
            .mask();

    assertThat(mask).isEqualTo(Oracle.mask(layer.shape(), expected));
  }
}
