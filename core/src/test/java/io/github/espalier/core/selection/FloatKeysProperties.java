package io.github.espalier.core.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class FloatKeysProperties {
  @Provide
  Arbitrary<Float> finite() {
    return Arbitraries.oneOf(
        Arbitraries.integers().map(Float::intBitsToFloat).filter(Float::isFinite),
        Arbitraries.of(0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, 1f, -1f),
        Arbitraries.of(Float.MAX_VALUE, -Float.MAX_VALUE));
  }

  @Provide
  Arbitrary<float[]> saliencies() {
    return finite().array(float[].class).ofMinSize(1).ofMaxSize(100).withoutEdgeCases();
  }

  @Provide
  Arbitrary<Integer> thousandths() {
    return Samples.thousandths();
  }

  private static SaliencyKeys keys(TensorScope scope, float... values) {
    return FloatKeys.of(Shape.of(1, values.length), scope.matrix(1, values.length, values));
  }

  private static List<Long> walk(SaliencyKeys keys) throws IOException {
    List<Long> all = new ArrayList<>();
    keys.forEachPiece(
        (piece, count) -> {
          for (int i = 0; i < count; i++) {
            all.add(piece[i]);
          }
        });
    return all;
  }

  @Property(tries = 5000, seed = "61")
  void keysHaveTheOrderOfTheNumbers(@ForAll("finite") float a, @ForAll("finite") float b)
      throws IOException {
    try (TensorScope scope = new TensorScope()) {
      SaliencyKeys keys = keys(scope, a, b);
      List<Long> walked = walk(keys);
      int expected = a < b ? -1 : a > b ? 1 : 0;

      assertThat(Long.compare(walked.get(0), walked.get(1))).isEqualTo(expected);
      assertThat(walked).allMatch(key -> key >= 0 && key < keys.invalid());
    }
  }

  @Property(tries = 2000, seed = "62")
  void selectionAgreesWithSorting(
      @ForAll("saliencies") float[] saliencies, @ForAll("thousandths") int thousandths)
      throws IOException {
    double[] numbers = new double[saliencies.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = saliencies[i] + 0.0;
    }
    Shape shape = Shape.of(1, numbers.length);
    int count = Samples.count(thousandths, numbers.length);
    Mask expected = Oracle.mask(shape, Oracle.layer(numbers, count));

    try (TensorScope scope = new TensorScope()) {
      SaliencyKeys keys = keys(scope, saliencies);
      Sparsity sparsity = Samples.sparsity(thousandths);
      for (SparsityPattern pattern : List.of(SparsityPattern.LAYER, SparsityPattern.ROW)) {
        Selection found = Selector.select(keys, sparsity, pattern, SelectionRule.EXACT);
        assertThat(found.mask()).isEqualTo(expected);
        assertThat(found.energy()).isEmpty();
      }
    }
  }

  @Property(tries = 1000, seed = "63")
  void infinitiesAndNaNAreRefused(
      @ForAll("saliencies") float[] saliencies,
      @ForAll("places") @Size(max = 3) List<Integer> places,
      @ForAll("thousandths") int thousandths) {
    float[] invalid = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    float[] changed = saliencies.clone();
    for (int i = 0; i < places.size(); i++) {
      changed[places.get(i) % changed.length] = invalid[i];
    }
    long bad = places.stream().map(place -> place % changed.length).distinct().count();

    try (TensorScope scope = new TensorScope()) {
      SaliencyKeys keys = keys(scope, changed);
      for (SparsityPattern pattern : List.of(SparsityPattern.LAYER, SparsityPattern.ROW)) {
        assertThatThrownBy(
                () ->
                    Selector.select(
                        keys, Samples.sparsity(thousandths), pattern, SelectionRule.EXACT))
            .isInstanceOf(NonFiniteException.class)
            .hasMessageStartingWith(bad + " of " + changed.length + " values ");
      }
    }
  }

  @Provide
  Arbitrary<List<Integer>> places() {
    return Arbitraries.integers().between(0, 99).list().ofMinSize(1).ofMaxSize(3);
  }

  @Example
  void aNegativeNaNIsRefusedToo() {
    try (TensorScope scope = new TensorScope()) {
      SaliencyKeys keys = keys(scope, 1f, Float.intBitsToFloat(0xffc00001));

      assertThatThrownBy(
              () -> Selector.select(keys, Sparsity.ONE, SparsityPattern.LAYER, SelectionRule.EXACT))
          .isInstanceOf(NonFiniteException.class)
          .hasMessage("1 of 2 values is infinite or NaN and cannot be ranked");
    }
  }

  @Example
  void theNumberOfSalienciesMustFitTheShape() {
    try (TensorScope scope = new TensorScope()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> FloatKeys.of(Shape.of(2, 2), scope.matrix(1, 3, 1, 2, 3)))
          .withMessageContaining("3 saliencies for the 4 weights of [2, 2]");
    }
  }

  @Example
  void severalLayersOfSalienciesAreComparedWithEachOther() throws IOException {
    try (TensorScope scope = new TensorScope()) {
      List<Selection> selections =
          Selector.select(
              List.of(keys(scope, 5, -3, 2), keys(scope, -4, 2, 2)),
              Sparsity.of(0.5),
              SelectionRule.EXACT);

      assertThat(selections.get(0).mask().toBytes()).containsExactly(0b001);
      assertThat(selections.get(1).mask().toBytes()).containsExactly(0b110);
    }
  }

  @Example
  void salienciesAndRawWeightsAreNotComparedWithEachOther() {
    try (TensorScope scope = new TensorScope()) {
      Sample raw = new Sample(DType.F32, Shape.of(1), 0x3f800000);

      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  Selector.select(
                      List.of(keys(scope, 1, 2), raw.keys()),
                      Sparsity.of(0.5),
                      SelectionRule.EXACT))
          .withMessageContaining("saliencies cannot be compared");
    }
  }
}
