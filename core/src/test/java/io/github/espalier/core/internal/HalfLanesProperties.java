package io.github.espalier.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Four numbers at a time against one at a time. */
class HalfLanesProperties {
  /** Up to 150 numbers, often extremes of a lane, of both signs. */
  @Provide
  Arbitrary<short[]> numbers() {
    return Arbitraries.oneOf(
            Arbitraries.shorts(),
            Arbitraries.of(0, 1, 2, 0x7ffe, 0x7fff, 0x8000, 0x8001, 0xffff)
                .map(Integer::shortValue))
        .array(short[].class)
        .ofMaxSize(150)
        .withoutEdgeCases();
  }

  @Provide
  Arbitrary<Integer> keys() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(0, 0x7fff), Arbitraries.of(0, 1, 2, 0x7ffe, 0x7fff));
  }

  private static ByteBuffer bytes(short... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(numbers);
    return bytes;
  }

  private static long[] lanes(short... numbers) {
    long[] lanes = new long[40];
    Arrays.fill(lanes, -1);
    assertThat(HalfLanes.read(bytes(numbers), lanes)).isEqualTo(numbers.length);
    return lanes;
  }

  @Property(tries = 1000, seed = "131")
  void numbersAreReadAndWrittenBack(@ForAll("numbers") short[] numbers) {
    long[] lanes = lanes(numbers);
    ByteBuffer target = bytes(new short[numbers.length]);

    for (int i = 0; i < numbers.length; i++) {
      assertThat((short) (lanes[i / 4] >>> (16 * (i % 4)))).isEqualTo(numbers[i]);
    }
    if (numbers.length % 4 != 0) {
      assertThat(lanes[numbers.length / 4] >>> (16 * (numbers.length % 4))).isZero();
    }
    HalfLanes.write(lanes, target);
    assertThat(target).isEqualTo(bytes(numbers));
  }

  @Property(tries = 2000, seed = "132")
  void comparisonsAgreeWithComparingOneByOne(
      @ForAll("numbers") short[] numbers, @ForAll("keys") int key) {
    long[] lanes = lanes(numbers);
    long repeated = HalfLanes.repeat(key);
    int seen = 0;
    int from = 0;
    while (seen < numbers.length) {
      int end = HalfLanes.endOfWord(from, numbers.length);
      long below = HalfLanes.below(lanes, from, end, repeated);
      long equal = HalfLanes.equal(lanes, from, end, repeated);
      for (int bit = 0; bit < 64 && seen < numbers.length; bit++, seen++) {
        int magnitude = numbers[seen] & 0x7fff;
        assertThat(below >>> bit & 1).isEqualTo(magnitude < key ? 1 : 0);
        assertThat(equal >>> bit & 1).isEqualTo(magnitude == key ? 1 : 0);
      }
      from = end;
    }
    assertThat(from).isEqualTo((numbers.length + 3) / 4);
  }

  @Property(tries = 1000, seed = "133")
  void zerosOfEitherSignAreCounted(@ForAll("numbers") short[] numbers) {
    long[] lanes = lanes(numbers);
    for (int i = 0; 4 * i + 3 < numbers.length; i++) {
      int expected = 0;
      for (int j = 0; j < 4; j++) {
        expected += (numbers[4 * i + j] & 0x7fff) == 0 ? 1 : 0;
      }
      assertThat(HalfLanes.zeros(lanes[i])).isEqualTo(expected);
    }
  }

  @Property(tries = 1000, seed = "134")
  void bitsBecomeLanes(@ForAll long bits, @ForAll @IntRange(max = 15) int index) {
    long lanes = HalfLanes.select(bits, index);
    for (int lane = 0; lane < 4; lane++) {
      boolean set = (bits >>> (4 * index + lane) & 1) != 0;
      assertThat(lanes >>> (16 * lane) & 0xffff).isEqualTo(set ? 0xffff : 0);
    }
  }

  @Example
  void everyMagnitudeIsComparedWithItsNeighbours() {
    for (int key = 0; key <= 0x7fff; key++) {
      long[] lanes = lanes((short) (key - 1), (short) key, (short) (key | 0x8000), (short) ~key);
      long repeated = HalfLanes.repeat(key);
      int below = 0;
      int equal = 0;
      for (int lane = 0; lane < 4; lane++) {
        int magnitude = (int) (lanes[0] >>> (16 * lane)) & 0x7fff;
        below |= magnitude < key ? 1 << lane : 0;
        equal |= magnitude == key ? 1 << lane : 0;
      }
      assertThat(HalfLanes.below(lanes, 0, 1, repeated)).isEqualTo(below);
      assertThat(HalfLanes.equal(lanes, 0, 1, repeated)).isEqualTo(equal);
    }
  }
}
