package io.github.espalier.core.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.sparsity.Sparsity;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class BudgetSharesProperties {
  /** Rounding of a bisection's result and of a mean of few numbers. */
  private static final double TOLERANCE = 1e-12;

  private static double mean(double[] values, long[] sizes) {
    double sum =
        IntStream.range(0, values.length).mapToDouble(i -> values[i] * (double) sizes[i]).sum();
    return sum / Arrays.stream(sizes).sum();
  }

  private static long[] sizes(int layers, Random random) {
    return random.longs(layers, 1, 100_000_000).toArray();
  }

  /** Few digits, and hence exact halves of weights now and then. */
  private static Sparsity budget(Random random) {
    return Sparsity.ofRatio(random.nextInt(1001), 1000);
  }

  @Property(seed = "20311", tries = 300)
  void shiftedSharesMeetTheBudget(
      @ForAll @IntRange(min = 1, max = 30) int layers,
      @ForAll @DoubleRange(min = 0, max = 3) double spread,
      @ForAll long seed) {
    Random random = new Random(seed);
    double[] wishes = random.doubles(layers).map(each -> each * spread).toArray();
    long[] sizes = sizes(layers, random);
    Sparsity budget = budget(random);
    check(BudgetShares.shifted(wishes, sizes, budget), wishes, sizes, budget);
  }

  @Property(seed = "20312", tries = 300)
  void scaledSharesMeetTheBudget(
      @ForAll @IntRange(min = 1, max = 30) int layers,
      @ForAll @DoubleRange(min = 0, max = 0.99) double epsilon,
      @ForAll long seed) {
    Random random = new Random(seed);
    double[] wishes = random.doubles(layers, 1 - epsilon, 1.001 + epsilon).toArray();
    long[] sizes = sizes(layers, random);
    Sparsity budget = budget(random);
    check(BudgetShares.scaled(wishes, sizes, budget), wishes, sizes, budget);
  }

  private static void check(double[] shares, double[] wishes, long[] sizes, Sparsity budget) {
    for (int i = 0; i < shares.length; i++) {
      assertThat(shares[i]).isBetween(0.0, 1.0);
      if (i > 0 && wishes[i] > wishes[i - 1]) {
        assertThat(shares[i]).isGreaterThanOrEqualTo(shares[i - 1]);
      }
    }
    assertThat(mean(shares, sizes)).isCloseTo(budget.fraction(), within(TOLERANCE));
    List<Sparsity> counted = BudgetShares.counted(shares, sizes, budget);
    long pruned = 0;
    for (int i = 0; i < shares.length; i++) {
      long count = counted.get(i).countOf(sizes[i]);
      // Less than one weight, and the part of one that shares are rounded to.
      assertThat((double) count).isCloseTo(shares[i] * sizes[i], within(1.001));
      pruned += count;
    }
    assertThat(pruned).isEqualTo(budget.countOf(Arrays.stream(sizes).sum()));
  }

  @Example
  void equalWishesGiveTheBudget() {
    Sparsity budget = Sparsity.of(0.475);
    long[] sizes = {3, 5, 70};
    assertThat(BudgetShares.shifted(new double[] {7, 7, 7}, sizes, budget))
        .containsExactly(new double[] {0.475, 0.475, 0.475}, within(TOLERANCE));
    assertThat(BudgetShares.scaled(new double[] {7, 7, 7}, sizes, budget))
        .containsExactly(new double[] {0.475, 0.475, 0.475}, within(TOLERANCE));
  }

  /** One large layer wants more than it has, so that the others take the rest. */
  @Example
  void whatDoesNotFitGoesToTheOthers() {
    long[] sizes = {100, 100};
    assertThat(BudgetShares.shifted(new double[] {1, 0}, sizes, Sparsity.of(0.75)))
        .containsExactly(new double[] {1, 0.5}, within(TOLERANCE));
    assertThat(BudgetShares.scaled(new double[] {3, 1}, sizes, Sparsity.of(0.75)))
        .containsExactly(new double[] {1, 0.5}, within(TOLERANCE));
  }

  @Example
  void nothingAndEverything() {
    long[] sizes = {10, 20, 0};
    double[] wishes = {1, 2, 3};
    for (Sparsity budget : List.of(Sparsity.ZERO, Sparsity.ONE)) {
      double[] all = new double[3];
      Arrays.fill(all, budget.fraction());
      assertThat(BudgetShares.shifted(wishes, sizes, budget))
          .containsExactly(all, within(TOLERANCE));
      assertThat(BudgetShares.scaled(wishes, sizes, budget))
          .containsExactly(all, within(TOLERANCE));
      assertThat(BudgetShares.counted(all, sizes, budget)).containsOnly(budget);
    }
    assertThat(BudgetShares.shifted(new double[0], new long[0], Sparsity.ONE)).isEmpty();
    assertThat(BudgetShares.scaled(new double[0], new long[0], Sparsity.ONE)).isEmpty();
    assertThat(BudgetShares.counted(new double[0], new long[0], Sparsity.ONE)).isEmpty();
  }

  /** Remainders 0.5, 0.5 and 0.5 of 1.5 weights in all, which are 2. */
  @Example
  void equalRemaindersGoToTheFirst() {
    List<Sparsity> counted =
        BudgetShares.counted(new double[] {0.5, 0.5, 0.5}, new long[] {1, 1, 1}, Sparsity.of(0.5));
    assertThat(counted).containsExactly(Sparsity.ONE, Sparsity.ONE, Sparsity.ZERO);
  }

  @Example
  void badArgumentsAreRefused() {
    long[] one = {1};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BudgetShares.shifted(new double[2], one, Sparsity.ONE))
        .withMessage("2 values do not fit 1 layers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BudgetShares.shifted(new double[] {Double.NaN}, one, Sparsity.ONE))
        .withMessage("a value is NaN, but must be finite");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BudgetShares.scaled(new double[1], one, Sparsity.ONE))
        .withMessage("a factor is 0.0, but must be above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BudgetShares.counted(new double[1], new long[] {100}, Sparsity.of(0.5)))
        .withMessage("shares miss a budget of 50% by 50 weights");
  }
}
