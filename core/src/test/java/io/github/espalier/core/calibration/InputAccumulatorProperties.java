package io.github.espalier.core.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Sums do not depend on how rows arrive. */
class InputAccumulatorProperties {
  private static final double TOLERANCE = 1e-12;

  /** A part of the rows, by where it begins. */
  private record Part(int from, int count) {}

  private static List<Part> parts(int rows, int most, Random random) {
    List<Part> parts = new ArrayList<>();
    for (int from = 0; from < rows; ) {
      int count = Math.min(rows - from, random.nextInt(most + 1));
      parts.add(new Part(from, count));
      from += count;
    }
    return parts;
  }

  private static InputStatistics gather(
      FloatMatrix rows, List<Part> parts, TaskRunner runner, double alpha, TensorScope scope) {
    try (InputAccumulator accumulator =
        new InputAccumulator(rows.columns(), StatisticsNeed.GRAM, runner)) {
      for (Part part : parts) {
        accumulator.add(rows.rows(part.from, part.count), 1, alpha);
      }
      return accumulator.snapshot(scope);
    }
  }

  private static void assertSameBits(InputStatistics actual, InputStatistics expected) {
    assertThat(actual.sums()).isEqualTo(expected.sums());
    assertThat(actual.sumsOfSquares()).isEqualTo(expected.sumsOfSquares());
    assertThat(Rows.gram(actual)).isEqualTo(Rows.gram(expected));
    assertThat(actual.tokens()).isEqualTo(expected.tokens());
  }

  /** Relative to the sums of absolute values, since those of either sign may cancel. */
  private static void assertClose(double[] actual, double[] expected, double magnitude) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i])).isLessThanOrEqualTo(TOLERANCE * magnitude);
    }
  }

  /** With more rows than a block has, and strips of columns of which the last is cut off. */
  @Property(seed = "20301", tries = 12)
  void chunksAndThreadsChangeNoBit(
      @ForAll @IntRange(min = 1, max = 9000) int rows,
      @ForAll @IntRange(min = 1, max = 5) int width,
      @ForAll @DoubleRange(min = 0.1, max = 3) double alpha,
      @ForAll long seed) {
    checkChunks(rows, width, alpha, seed);
  }

  @Property(seed = "20302", tries = 6)
  void chunksAndThreadsChangeNoBitOfWideRows(
      @ForAll @IntRange(min = 1, max = 700) int rows,
      @ForAll @IntRange(min = 500, max = 1300) int width,
      @ForAll long seed) {
    checkChunks(rows, width, 1, seed);
  }

  private static void checkChunks(int count, int width, double alpha, long seed) {
    Random random = new Random(seed);
    try (TensorScope scope = new TensorScope()) {
      FloatMatrix rows = Rows.random(count, width, seed, scope);
      InputStatistics whole =
          gather(rows, List.of(new Part(0, count)), TaskRunner.CALLER, alpha, scope);
      List<Part> chunks = parts(count, 1 + random.nextInt(count), random);

      assertSameBits(gather(rows, chunks, TaskRunner.CALLER, alpha, scope), whole);
      assertSameBits(gather(rows, chunks, Rows.PARALLEL, alpha, scope), whole);
    }
  }

  /** Parts merge in any order, and moments as if they had never been apart. */
  @Property(seed = "20303", tries = 40)
  void partsMergeInAnyOrder(
      @ForAll @IntRange(min = 1, max = 300) int count,
      @ForAll @IntRange(min = 1, max = 20) int width,
      @ForAll @DoubleRange(min = 0.1, max = 3) double alpha,
      @ForAll long seed) {
    Random random = new Random(seed);
    try (TensorScope scope = new TensorScope()) {
      FloatMatrix rows = Rows.random(count, width, seed, scope);
      List<InputStatistics> each = new ArrayList<>();
      List<Part> parts = parts(count, count, random);
      for (Part part : parts) {
        each.add(gather(rows, List.of(part), TaskRunner.CALLER, alpha, scope));
      }
      InputStatistics inOrder = merge(each, width, scope);
      Collections.shuffle(each, random);
      InputStatistics shuffled = merge(each, width, scope);
      InputStatistics whole = gather(rows, parts, TaskRunner.CALLER, alpha, scope);

      double magnitude = alpha * count;
      assertClose(shuffled.sums(), inOrder.sums(), magnitude);
      assertClose(shuffled.sumsOfSquares(), inOrder.sumsOfSquares(), magnitude);
      assertClose(Rows.gram(shuffled), Rows.gram(inOrder), magnitude);
      assertClose(shuffled.sums(), whole.sums(), magnitude);
      assertClose(shuffled.sumsOfSquares(), whole.sumsOfSquares(), magnitude);
      assertThat(shuffled.tokens()).isEqualTo(count);
      assertThat(shuffled.samples()).isEqualTo(parts.size());
      assertThat(shuffled.sampleWeight()).isCloseTo(alpha * parts.size(), within(1e-9));
    }
  }

  private static InputStatistics merge(List<InputStatistics> parts, int width, TensorScope scope) {
    try (InputAccumulator accumulator =
        new InputAccumulator(width, StatisticsNeed.GRAM, TaskRunner.CALLER)) {
      parts.forEach(accumulator::add);
      return accumulator.snapshot(scope);
    }
  }

  /** Where binary32 sums are exact, so is the Gram matrix of any partition. */
  @Property(seed = "20304", tries = 40)
  void exactProductsMergeExactly(
      @ForAll @IntRange(min = 1, max = 300) int count,
      @ForAll @IntRange(min = 1, max = 20) int width,
      @ForAll long seed) {
    Random random = new Random(seed);
    try (TensorScope scope = new TensorScope()) {
      FloatMatrix rows = Rows.eighths(count, width, seed, scope);
      List<InputStatistics> each = new ArrayList<>();
      for (Part part : parts(count, count, random)) {
        each.add(gather(rows, List.of(part), Rows.PARALLEL, 1, scope));
      }
      Collections.shuffle(each, random);
      InputStatistics whole =
          gather(rows, List.of(new Part(0, count)), TaskRunner.CALLER, 1, scope);

      assertSameBits(merge(each, width, scope), whole);
    }
  }

  /**
   * A snapshot ends a block, so a run that goes on from one agrees with the run that took it, bit
   * for bit.
   */
  @Property(seed = "20305", tries = 20)
  void aRunGoesOnFromItsSnapshot(
      @ForAll @IntRange(min = 1, max = 200) int before,
      @ForAll @IntRange(min = 1, max = 200) int after,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll long seed) {
    try (TensorScope scope = new TensorScope();
        InputAccumulator first =
            new InputAccumulator(width, StatisticsNeed.GRAM, TaskRunner.CALLER);
        InputAccumulator second =
            new InputAccumulator(width, StatisticsNeed.GRAM, TaskRunner.CALLER)) {
      FloatMatrix rows = Rows.random(before + after, width, seed, scope);
      first.add(rows.rows(0, before), 1, 1);
      second.add(first.snapshot(scope));
      first.add(rows.rows(before, after), 1, 1);
      second.add(rows.rows(before, after), 1, 1);

      assertSameBits(second.snapshot(scope), first.snapshot(scope));
    }
  }

  /** Against sums in binary64; weights that are powers of 4 have exact roots. */
  @Property(seed = "20306", tries = 40)
  void weighedSums(
      @ForAll @IntRange(min = 1, max = 60) int count,
      @ForAll @IntRange(min = 1, max = 20) int width,
      @ForAll @IntRange(min = -3, max = 3) int exponent,
      @ForAll long seed) {
    double alpha = Math.scalb(1.0, 2 * exponent);
    try (TensorScope scope = new TensorScope();
        InputAccumulator accumulator =
            new InputAccumulator(width, StatisticsNeed.GRAM, TaskRunner.CALLER)) {
      FloatMatrix light = Rows.eighths(count, width, seed, scope);
      FloatMatrix heavy = Rows.eighths(count, width, seed + 1, scope);
      accumulator.add(light, 2, 1);
      accumulator.add(heavy, 3, alpha);
      InputStatistics found = accumulator.snapshot(scope);

      for (int i = 0; i < width; i++) {
        double sum = 0;
        for (int t = 0; t < count; t++) {
          sum += light.get(t, i) + alpha * heavy.get(t, i);
        }
        assertThat(found.sums()[i]).isEqualTo(sum);
        for (int j = 0; j < width; j++) {
          double product = 0;
          for (int t = 0; t < count; t++) {
            product += light.get(t, i) * light.get(t, j);
            product += alpha * (heavy.get(t, i) * heavy.get(t, j));
          }
          assertThat(found.gram().orElseThrow().get(i, j)).isEqualTo(product);
          if (i == j) {
            assertThat(found.sumsOfSquares()[i]).isEqualTo(product);
          }
        }
      }
      assertThat(found.samples()).isEqualTo(5);
      assertThat(found.sampleWeight()).isEqualTo(2 + 3 * alpha);
      assertThat(found.tokens()).isEqualTo(2L * count);
    }
  }
}
