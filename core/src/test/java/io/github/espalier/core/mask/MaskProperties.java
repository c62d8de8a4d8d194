package io.github.espalier.core.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.core.tensor.Shape;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple3;
import net.jqwik.api.constraints.IntRange;

class MaskProperties {
  private static final int ROWS = 7;

  @Provide
  Arbitrary<Mask> masks() {
    return shapes().flatMap(MaskProperties::masksOf);
  }

  @Provide
  Arbitrary<Tuple3<Mask, Mask, Mask>> threeAlike() {
    return shapes()
        .flatMap(
            shape ->
                Combinators.combine(masksOf(shape), masksOf(shape), masksOf(shape)).as(Tuple::of));
  }

  private static Arbitrary<Shape> shapes() {
    Arbitrary<Long> rows = Arbitraries.longs().between(0, ROWS);
    Arbitrary<Long> columns = Arbitraries.longs().between(0, 40);
    return Arbitraries.oneOf(
        Arbitraries.just(Shape.of()),
        Arbitraries.longs().between(0, 300).map(Shape::of),
        Combinators.combine(rows, columns).as(Shape::of),
        Combinators.combine(rows, columns, rows).as(Shape::of));
  }

  private static Arbitrary<Mask> masksOf(Shape shape) {
    return Arbitraries.of(true, false)
        .list()
        .ofSize((int) shape.elements())
        .map(kept -> mask(shape, kept))
        .withoutEdgeCases();
  }

  private static Mask mask(Shape shape, List<Boolean> kept) {
    MaskBuilder builder = Mask.builder(shape);
    for (int i = 0; i < kept.size(); i++) {
      if (!kept.get(i)) {
        builder.prune(i);
      }
    }
    return builder.build();
  }

  private static int size(Mask mask) {
    return (int) mask.shape().elements();
  }

  @Property(tries = 1000, seed = "101")
  void operationsWorkBitByBit(@ForAll("threeAlike") Tuple3<Mask, Mask, Mask> alike) {
    Mask a = alike.get1();
    Mask b = alike.get2();
    Mask and = a.and(b);
    Mask or = a.or(b);
    Mask not = a.not();

    for (int i = 0; i < size(a); i++) {
      assertThat(and.isKept(i)).isEqualTo(a.isKept(i) && b.isKept(i));
      assertThat(or.isKept(i)).isEqualTo(a.isKept(i) || b.isKept(i));
      assertThat(not.isKept(i)).isEqualTo(!a.isKept(i));
    }
  }

  @Property(tries = 1000, seed = "102")
  void masksFormABooleanAlgebra(@ForAll("threeAlike") Tuple3<Mask, Mask, Mask> alike) {
    Mask a = alike.get1();
    Mask b = alike.get2();
    Mask c = alike.get3();
    Mask all = Mask.keepAll(a.shape());
    Mask none = Mask.pruneAll(a.shape());

    assertThat(a.and(b).not()).isEqualTo(a.not().or(b.not()));
    assertThat(a.or(b).not()).isEqualTo(a.not().and(b.not()));
    assertThat(a.not().not()).isEqualTo(a);
    assertThat(a.and(b)).isEqualTo(b.and(a));
    assertThat(a.or(b)).isEqualTo(b.or(a));
    assertThat(a.and(b).and(c)).isEqualTo(a.and(b.and(c)));
    assertThat(a.or(b).or(c)).isEqualTo(a.or(b.or(c)));
    assertThat(a.and(b.or(c))).isEqualTo(a.and(b).or(a.and(c)));
    assertThat(a.or(a.and(b))).isEqualTo(a);
    assertThat(a.and(a.not())).isEqualTo(none);
    assertThat(a.or(a.not())).isEqualTo(all);
    assertThat(a.and(all)).isEqualTo(a);
    assertThat(a.or(none)).isEqualTo(a);
    assertThat(all.not()).isEqualTo(none);
  }

  @Property(tries = 1000, seed = "103")
  void countsAgreeWithCountingOneByOne(@ForAll("masks") Mask mask) {
    long[] perRow = new long[mask.rows()];
    long[] perColumn = new long[mask.columns()];
    long pruned = 0;
    for (int i = 0; i < size(mask); i++) {
      if (!mask.isKept(i)) {
        pruned++;
        perRow[i / mask.columns()]++;
        perColumn[i % mask.columns()]++;
      }
    }

    assertThat(mask.prunedCount()).isEqualTo(pruned);
    assertThat(mask.keptCount()).isEqualTo(size(mask) - pruned);
    assertThat(mask.prunedPerRow()).isEqualTo(perRow);
    assertThat(mask.prunedPerColumn()).isEqualTo(perColumn);
  }

  @Property(tries = 1000, seed = "104")
  void countsPerGroupAgreeWithCountingOneByOne(
      @ForAll("masks") Mask mask, @ForAll @IntRange(min = 1, max = 80) int groupSize) {
    Assume.that(mask.columns() % groupSize == 0);
    long[] perGroup = new long[size(mask) / groupSize];
    for (int i = 0; i < size(mask); i++) {
      perGroup[i / groupSize] += mask.isKept(i) ? 0 : 1;
    }

    assertThat(mask.prunedPerGroup(groupSize)).isEqualTo(perGroup);
  }

  @Property(tries = 1000, seed = "105")
  void wordsAndBytesAreTheBitsLowestFirst(@ForAll("masks") Mask mask) {
    byte[] bytes = mask.toBytes();

    assertThat(bytes).hasSize((size(mask) + 7) / 8);
    for (int i = 0; i < 8 * bytes.length; i++) {
      boolean kept = i < size(mask) && mask.isKept(i);
      assertThat((bytes[i / 8] >> (i % 8) & 1) != 0).isEqualTo(kept);
      assertThat((mask.keptWord(i / 64) >>> (i % 64) & 1) != 0).isEqualTo(kept);
    }
    assertThat(Mask.fromBytes(mask.shape(), bytes)).isEqualTo(mask).hasSameHashCodeAs(mask);
  }

  @Property(tries = 1000, seed = "106")
  void bytesOfAnotherLengthAreRefused(
      @ForAll("masks") Mask mask, @ForAll @IntRange(max = 50) int length) {
    int expected = (size(mask) + 7) / 8;
    Assume.that(length != expected);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mask.fromBytes(mask.shape(), new byte[length]))
        .withMessage(
            "a mask of shape " + mask.shape() + " has " + expected + " bytes, not " + length);
  }

  @Property(tries = 1000, seed = "107")
  void bitsBeyondTheEndAreRefused(
      @ForAll("masks") Mask mask, @ForAll @IntRange(max = 6) int which) {
    int unused = (8 - size(mask) % 8) % 8;
    Assume.that(which < unused);
    byte[] bytes = mask.toBytes();
    bytes[bytes.length - 1] |= (byte) (0x80 >>> which);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mask.fromBytes(mask.shape(), bytes))
        .withMessageContaining("bits beyond the " + size(mask) + " weights");
  }

  @Property(tries = 1000, seed = "108")
  void pruningByWordsIsPruningOneByOne(@ForAll("masks") Mask mask) {
    MaskBuilder builder = Mask.builder(mask.shape());
    for (int word = 0; word < (size(mask) + 63) / 64; word++) {
      // Sets the bits beyond the end too, which must be ignored.
      builder.pruneWord(word, ~mask.keptWord(word));
    }

    assertThat(builder.build()).isEqualTo(mask);
  }
}
