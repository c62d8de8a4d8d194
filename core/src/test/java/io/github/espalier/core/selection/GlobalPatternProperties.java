package io.github.espalier.core.selection;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.mask.Mask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class GlobalPatternProperties {
  /** One to four layers, of types drawn for each, so that most lists mix them. */
  @Provide
  Arbitrary<List<Sample>> mixed() {
    return Samples.any().list().ofMinSize(1).ofMaxSize(4).withoutEdgeCases();
  }

  /** Layers of one type and few distinct weights, so that ties cross layers. */
  @Provide
  Arbitrary<List<Sample>> alike() {
    return Samples.dtypes()
        .flatMap(
            dtype ->
                Samples.shapes()
                    .flatMap(shape -> Samples.of(dtype, shape))
                    .list()
                    .ofMinSize(1)
                    .ofMaxSize(4))
        .withoutEdgeCases();
  }

  @Provide
  Arbitrary<Integer> thousandths() {
    return Samples.thousandths();
  }

  private static List<Mask> select(List<Sample> layers, int thousandths) throws IOException {
    return Selector.select(
            layers.stream().map(Sample::keys).toList(),
            Samples.sparsity(thousandths),
            SelectionRule.EXACT)
        .stream()
        .map(Selection::mask)
        .toList();
  }

  private static List<Mask> expected(List<Sample> layers, int thousandths) {
    double[] all =
        layers.stream().flatMapToDouble(layer -> DoubleStream.of(layer.magnitudes())).toArray();
    boolean[] pruned = Oracle.layer(all, Samples.count(thousandths, all.length));
    List<Mask> masks = new ArrayList<>();
    int from = 0;
    for (Sample layer : layers) {
      int to = from + layer.size();
      masks.add(Oracle.mask(layer.shape(), Arrays.copyOfRange(pruned, from, to)));
      from = to;
    }
    return masks;
  }

  @Property(tries = 1000, seed = "31")
  void agreesWithSortingLayersOfMixedTypes(
      @ForAll("mixed") List<Sample> layers, @ForAll("thousandths") int thousandths)
      throws IOException {
    assertThat(select(layers, thousandths)).isEqualTo(expected(layers, thousandths));
  }

  @Property(tries = 1000, seed = "32")
  void agreesWithSortingLayersOfOneType(
      @ForAll("alike") List<Sample> layers, @ForAll("thousandths") int thousandths)
      throws IOException {
    assertThat(select(layers, thousandths)).isEqualTo(expected(layers, thousandths));
  }

  @Property(tries = 1000, seed = "33")
  void prunesExactlyTheNearestCountOfAllLayersTogether(
      @ForAll("mixed") List<Sample> layers, @ForAll("thousandths") int thousandths)
      throws IOException {
    int total = layers.stream().mapToInt(layer -> layer.size()).sum();

    assertThat(select(layers, thousandths).stream().mapToLong(Mask::prunedCount).sum())
        .isEqualTo(Samples.count(thousandths, total));
  }

  @Property(tries = 1000, seed = "34")
  void masksNestAsSparsityGrows(
      @ForAll("mixed") List<Sample> layers,
      @ForAll("thousandths") int one,
      @ForAll("thousandths") int other)
      throws IOException {
    List<Mask> fewer = select(layers, Math.min(one, other));
    List<Mask> more = select(layers, Math.max(one, other));

    for (int i = 0; i < layers.size(); i++) {
      assertThat(fewer.get(i).and(more.get(i))).isEqualTo(more.get(i));
    }
  }

  @Property(tries = 1000, seed = "35")
  void pruningAgainChangesNothing(
      @ForAll("mixed") List<Sample> layers, @ForAll("thousandths") int thousandths)
      throws IOException {
    List<Sample> once = prune(layers, thousandths);

    assertThat(prune(once, thousandths)).isEqualTo(once);
  }

  private static List<Sample> prune(List<Sample> layers, int thousandths) throws IOException {
    List<Mask> masks = select(layers, thousandths);
    List<Sample> pruned = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      pruned.add(layers.get(i).pruned(masks.get(i)));
    }
    return pruned;
  }
}
