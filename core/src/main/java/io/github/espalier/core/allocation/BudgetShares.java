package io.github.espalier.core.allocation;

import io.github.espalier.core.sparsity.Sparsity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * Makes sparsities meet a budget: their mean, weighted by the layers' sizes. Stateless.
 *
 * <p>Sizes are numbers of weights, 0 or more. Everything is computed in binary64 and in a fixed
 * order, so equal arguments give equal results.
 */
public final class BudgetShares {
  /** Binary64 has fewer bits, so that more halvings change nothing. */
  private static final int HALVINGS = 200;

  /** Parts of a weight; what is less is rounding error, and decides nothing. */
  private static final double PARTS = 1e6;

  private BudgetShares() {}

  /**
   * Adds the same number to all wishes, and keeps the sums within 0 to 1.
   *
   * @param wishes finite numbers of which only the differences matter
   * @param sizes as many sizes
   * @param budget the mean wanted
   * @return numbers from 0 to 1 whose weighted mean is the budget but for rounding
   * @throws IllegalArgumentException if the numbers of wishes and sizes differ, or one is not
   *     finite
   */
  public static double[] shifted(double[] wishes, long[] sizes, Sparsity budget) {
    requireFinite(wishes, sizes);
    double shift = budget.fraction() - mean(wishes, sizes);
    double[] shares = map(wishes, wish -> wish + shift);
    if (Arrays.stream(shares).allMatch(share -> share >= 0 && share <= 1)) {
      return shares;
    }
    double low = -Arrays.stream(wishes).max().orElse(0);
    double high = 1 - Arrays.stream(wishes).min().orElse(0);
    double found = solve(at -> mean(clamped(wishes, at), sizes) - budget.fraction(), low, high);
    return clamped(wishes, found);
  }

  private static double[] clamped(double[] wishes, double shift) {
    return map(wishes, wish -> Math.max(0, Math.min(1, wish + shift)));
  }

  /**
   * Multiplies all wishes by the same number, and keeps the products at 1 or less.
   *
   * @param wishes finite numbers above 0 of which only the ratios matter
   * @param sizes as many sizes
   * @param budget the mean wanted
   * @return numbers from 0 to 1 whose weighted mean is the budget but for rounding
   * @throws IllegalArgumentException if the numbers of wishes and sizes differ, or one is not
   *     finite or not above 0
   */
  public static double[] scaled(double[] wishes, long[] sizes, Sparsity budget) {
    requireFinite(wishes, sizes);
    double least = Arrays.stream(wishes).min().orElse(1);
    if (least <= 0) {
      throw new IllegalArgumentException("a factor is " + least + ", but must be above 0");
    }
    double mean = mean(wishes, sizes);
    if (mean == 0) {
      return map(wishes, wish -> budget.fraction());
    }
    double factor = budget.fraction() / mean;
    double[] shares = map(wishes, wish -> wish * factor);
    if (Arrays.stream(shares).allMatch(share -> share <= 1)) {
      return shares;
    }
    DoubleUnaryOperator excess =
        at -> mean(map(wishes, wish -> Math.min(1, wish * at)), sizes) - budget.fraction();
    double found = solve(excess, 0, 1 / least);
    return map(wishes, wish -> Math.min(1, wish * found));
  }

  /**
   * Turns shares into sparsities that prune whole weights: in all exactly as many as the budget
   * says of all layers together.
   *
   * <p>Each layer's share is rounded down to whole weights, and those left go one each to the
   * layers with the largest remainders, of equal ones the first. Shares are rounded to a millionth
   * of a weight first.
   *
   * @param shares numbers from 0 to 1 whose weighted mean is the budget but for rounding
   * @param sizes as many sizes
   * @param budget the mean wanted
   * @return for each layer a sparsity of few digits whose {@link Sparsity#countOf count} of its
   *     size is the number of weights; counts add up to that of the budget
   * @throws IllegalArgumentException if the numbers of shares and sizes differ, a share is outside
   *     0 to 1, or the shares are further than one weight for each layer from the budget
   */
  public static List<Sparsity> counted(double[] shares, long[] sizes, Sparsity budget) {
    requireFinite(shares, sizes);
    long[] counts = new long[shares.length];
    double[] remainders = new double[shares.length];
    for (int i = 0; i < shares.length; i++) {
      double parts = Math.rint(Sparsity.of(shares[i]).fraction() * sizes[i] * PARTS);
      counts[i] = (long) Math.floor(parts / PARTS);
      remainders[i] = parts - counts[i] * PARTS;
    }
    long left = budget.countOf(Arrays.stream(sizes).sum()) - Arrays.stream(counts).sum();
    if (left < -shares.length || left > shares.length) {
      throw new IllegalArgumentException(
          "shares miss a budget of " + budget + " by " + left + " weights");
    }
    handOut(left, counts, sizes, remainders);
    List<Sparsity> sparsities = new ArrayList<>();
    for (int i = 0; i < shares.length; i++) {
      sparsities.add(sizes[i] == 0 ? budget : ofCount(counts[i], sizes[i]));
    }
    return sparsities;
  }

  /** The second round is for layers that are full, or empty, already. */
  private static void handOut(long left, long[] counts, long[] sizes, double[] remainders) {
    Comparator<Integer> order = Comparator.comparingDouble(i -> -remainders[i]);
    List<Integer> sorted = IntStream.range(0, counts.length).boxed().sorted(order).toList();
    int step = Long.signum(left);
    long missing = Math.abs(left);
    while (missing > 0) {
      for (int each : sorted) {
        long next = counts[each] + step;
        if (missing > 0 && next >= 0 && next <= sizes[each]) {
          counts[each] = next;
          missing--;
        }
      }
    }
  }

  /** The ratio to so many digits that what is cut off is less than half a weight. */
  private static Sparsity ofCount(long count, long size) {
    int digits = BigDecimal.valueOf(size).precision() + 1;
    return Sparsity.of(
        BigDecimal.valueOf(count).divide(BigDecimal.valueOf(size), digits, RoundingMode.HALF_UP));
  }

  private static double[] map(double[] values, DoubleUnaryOperator function) {
    return Arrays.stream(values).map(function).toArray();
  }

  /** The mean weighted by sizes; 0 if there are no weights. */
  private static double mean(double[] values, long[] sizes) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * sizes[i];
      total += sizes[i];
    }
    return total == 0 ? 0 : sum / total;
  }

  /** Where a function that never falls is 0. */
  private static double solve(DoubleUnaryOperator function, double low, double high) {
    double below = low;
    double above = high;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (below + above) / 2;
      if (function.applyAsDouble(middle) < 0) {
        below = middle;
      } else {
        above = middle;
      }
    }
    return above;
  }

  private static void requireFinite(double[] values, long[] sizes) {
    if (values.length != sizes.length) {
      throw new IllegalArgumentException(
          values.length + " values do not fit " + sizes.length + " layers");
    }
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a value is " + value + ", but must be finite");
      }
    }
  }
}
