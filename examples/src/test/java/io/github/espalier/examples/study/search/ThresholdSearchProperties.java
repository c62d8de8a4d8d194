package io.github.espalier.examples.study.search;

import static io.github.espalier.examples.study.search.Curves.TOLERATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.sparsity.Sparsity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;

class ThresholdSearchProperties {
  private static ThresholdSearch percents(int steps) {
    return new ThresholdSearch(
        Curves.tolerance(), SparsityRange.upTo(Curves.percent(steps)), Curves.percent(1));
  }

  private static int index(Sparsity sparsity) {
    return sparsity.exactFraction().movePointRight(2).intValueExact();
  }

  private static ThresholdFound found(ThresholdOutcome outcome) {
    assertThat(outcome).isInstanceOf(ThresholdFound.class);
    return (ThresholdFound) outcome;
  }

  /** The end of the range, and a bisection of n steps. */
  private static int most(int steps) {
    int most = 1;
    for (int width = 1; width < steps; width *= 2) {
      most++;
    }
    return most;
  }

  /** Ranges, steps and cliffs have as many digits as chance gives them. */
  @Property(seed = "60101", tries = 500)
  void plantedCliffsAreFound(
      @ForAll @DoubleRange(min = 0.05, max = 1) @Scale(6) double highest,
      @ForAll @DoubleRange(min = 0.001, max = 0.05) @Scale(6) double step,
      @ForAll @DoubleRange(min = 0, max = 1) @Scale(6) double place)
      throws IOException {
    double cliff = place * highest;
    ThresholdSearch search =
        new ThresholdSearch(
            Curves.tolerance(), SparsityRange.upTo(Sparsity.of(highest)), Sparsity.of(step));
    ThresholdFound found =
        found(
            search.run(
                Curves.once(s -> Curves.scores(s.fraction() >= cliff ? 0.101 : 0.099, 0.0005))));
    assertThat(found.kept().fraction()).isLessThanOrEqualTo(cliff);
    assertThat(found.fallen().fraction()).isGreaterThanOrEqualTo(cliff);
    assertThat(found.fallen().exactFraction().subtract(found.kept().exactFraction()))
        .isLessThanOrEqualTo(Sparsity.of(step).exactFraction());
    assertThat(found.certainlyKept()).isEqualTo(found.kept());
    assertThat(found.certainlyFallen()).contains(found.fallen());
    assertThat(search.mostEvaluations()).isLessThanOrEqualTo(most((int) (highest / step) + 1));
    assertThat(found.evaluations()).hasSizeLessThanOrEqualTo(search.mostEvaluations());
  }

  @Property(seed = "60102", tries = 100)
  void gentleSlopesHaveNoCliff(@ForAll @IntRange(min = 1, max = 100) int steps, @ForAll long seed)
      throws IOException {
    double[] losses = Curves.rising(steps + 1, 0.099, new Random(seed));
    ThresholdOutcome outcome =
        percents(steps).run(s -> Curves.scores(losses[index(s)], seed % 2 == 0 ? 0.002 : 0.0005));
    assertThat(outcome).isInstanceOf(NoCliff.class);
    assertThat(outcome.evaluations()).hasSize(1);
    assertThat(((NoCliff) outcome).highest()).isEqualTo(Curves.percent(steps));
    // 0.099 within 0.002 may be more than 0.1.
    assertThat(((NoCliff) outcome).certain()).isEqualTo(seed % 2 != 0);
  }

  private static int threshold(double[] losses, double tolerated) {
    int kept = 0;
    while (kept + 1 < losses.length && losses[kept + 1] <= tolerated) {
      kept++;
    }
    return kept;
  }

  /** The stated limits: the thresholds of the tolerance less and plus the error. */
  @Property(seed = "60103", tries = 500)
  void noiseMovesTheThresholdNoFurtherThanStated(
      @ForAll @IntRange(min = 2, max = 100) int steps,
      @ForAll @DoubleRange(min = 0.0001, max = 0.05) @Scale(6) double noise,
      @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    double[] losses = Curves.rising(steps + 1, 0.3, random);
    ThresholdFound found =
        found(
            percents(steps)
                .run(
                    Curves.once(
                        s -> {
                          double error = noise * (2 * random.nextDouble() - 1);
                          return Curves.scores(losses[index(s)] + error, noise);
                        })));
    assertThat(index(found.kept()))
        .isBetween(threshold(losses, TOLERATED - noise), threshold(losses, TOLERATED + noise));
    assertThat(index(found.fallen())).isEqualTo(index(found.kept()) + 1);
    assertThat(found.certainlyKept()).isLessThanOrEqualTo(found.kept());
    assertThat(losses[index(found.certainlyKept())]).isLessThanOrEqualTo(TOLERATED);
    found
        .certainlyFallen()
        .ifPresent(
            each -> {
              assertThat(each).isGreaterThanOrEqualTo(found.fallen());
              assertThat(losses[index(each)]).isGreaterThan(TOLERATED);
            });
  }

  /** With caution, what is called kept is kept. */
  @Property(seed = "60104", tries = 300)
  void cautionStaysBelowTheCliff(
      @ForAll @DoubleRange(min = 0.0001, max = 0.04) @Scale(6) double noise, @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    double[] losses = Curves.rising(61, 0.3, random);
    Tolerance cautious = Tolerance.of(Curves.criterion(TOLERATED).withCaution(true));
    ThresholdFound found =
        found(
            new ThresholdSearch(cautious, SparsityRange.upTo(Curves.percent(60)), Curves.percent(1))
                .run(
                    s -> {
                      double error = noise * (2 * random.nextDouble() - 1);
                      return Curves.scores(losses[index(s)] + error, noise);
                    }));
    // Twice the noise: the error, and the interval that must be within the tolerance.
    assertThat(index(found.kept()))
        .isBetween(threshold(losses, TOLERATED - 2 * noise), threshold(losses, TOLERATED));
    assertThat(found.certainlyKept()).isEqualTo(found.kept());
  }

  /** Nothing is assumed of these scores; dense alone is kept by definition. */
  @Property(seed = "60105", tries = 500)
  void arbitraryScoresEndAtAMeasuredStep(
      @ForAll @IntRange(min = 1, max = 100) int steps, @ForAll long seed) throws IOException {
    Random random = new Random(seed);
    double[] losses = random.doubles(steps + 1, 0, 2 * TOLERATED).toArray();
    losses[0] = 0;
    ThresholdOutcome outcome =
        percents(steps).run(Curves.once(s -> Curves.scores(losses[index(s)], random.nextDouble())));
    assertThat(outcome.evaluations()).hasSizeBetween(1, most(steps));
    if (outcome instanceof ThresholdFound found) {
      assertThat(losses[index(found.kept())]).isLessThanOrEqualTo(TOLERATED);
      assertThat(losses[index(found.fallen())]).isGreaterThan(TOLERATED);
      assertThat(index(found.fallen())).isEqualTo(index(found.kept()) + 1);
    } else {
      assertThat(losses[steps]).isLessThanOrEqualTo(TOLERATED);
    }
  }

  /** FID may rise by 2 and CLIPScore fall by 0.1: the first to do so counts. */
  @Example
  void severalCriteriaMustAllHold() throws IOException {
    Criterion fid = Criterion.of("fid", Direction.LOWER_IS_BETTER, new Score(18, 0.3), 2);
    Tolerance both = Tolerance.of(Curves.criterion(TOLERATED), fid);
    ThresholdFound found =
        found(
            new ThresholdSearch(both, SparsityRange.upTo(Curves.percent(80)), Curves.percent(1))
                .run(
                    s ->
                        Map.of(
                            Curves.NAME,
                            Score.exact(s.fraction() < 0.6 ? 1 : 0.5),
                            "fid",
                            new Score(s.fraction() < 0.4 ? 17 : 20.45, 0.4))));
    assertThat(found.kept()).hasToString("39%");
    assertThat(found.fallen()).hasToString("40%");
    assertThat(found.certainlyKept()).hasToString("39%");
    // 2.45 more within 0.4 is more than 2, but within 0.5, the root of 0.3² + 0.4², it may be 2:
    // what is certain is CLIPScore's fall, first seen at 80 %.
    assertThat(found.certainlyFallen()).contains(Curves.percent(80));
  }

  @Example
  void theRangeOfThePaperTakesSixEvaluations() throws IOException {
    ThresholdSearch search =
        new ThresholdSearch(
            Curves.tolerance(), SparsityRange.upTo(Sparsity.of(0.8)), Sparsity.of(0.025));
    assertThat(search.mostEvaluations()).isEqualTo(6);
    ThresholdFound found =
        found(search.run(s -> Curves.scores(s.fraction() > 0.61 ? 0.2 : 0, 0.01)));
    assertThat(found.kept()).hasToString("60%");
    assertThat(found.fallen()).hasToString("62.5%");
    assertThat(found.evaluations())
        .extracting(each -> each.configuration().toString())
        .containsExactly("80%", "40%", "60%", "70%", "65%", "62.5%");
  }

  @Example
  void theRangeMayEndBetweenSteps() throws IOException {
    ThresholdSearch search =
        new ThresholdSearch(
            Curves.tolerance(), SparsityRange.upTo(Sparsity.of(0.5)), Sparsity.of(0.2));
    ThresholdFound found = found(search.run(s -> Curves.scores(s.fraction() > 0.45 ? 0.2 : 0, 0)));
    assertThat(found.kept()).hasToString("40%");
    assertThat(found.fallen()).hasToString("50%");
  }

  /** A cliff below the range lies between dense and its lower end, one above it is not there. */
  @Property(seed = "60106", tries = 300)
  void cliffsAreFoundInPartsOfTheRange(
      @ForAll @IntRange(min = 1, max = 89) int lowest,
      @ForAll @IntRange(min = 1, max = 10) int steps,
      @ForAll @IntRange(min = 1, max = 110) int cliff)
      throws IOException {
    int highest = lowest + steps;
    ThresholdSearch search =
        new ThresholdSearch(
            Curves.tolerance(),
            new SparsityRange(Curves.percent(lowest), Curves.percent(highest)),
            Curves.percent(1));
    List<Evaluation<Sparsity>> heard = new ArrayList<>();
    ThresholdOutcome outcome =
        search.run(
            Curves.once(s -> Curves.scores(index(s) >= cliff ? 0.101 : 0.099, 0)), heard::add);
    assertThat(heard).isEqualTo(outcome.evaluations());
    assertThat(heard).hasSizeLessThanOrEqualTo(most(steps + 1));
    assertThat(heard).allMatch(each -> index(each.configuration()) >= lowest);
    if (cliff > highest) {
      assertThat(outcome).isInstanceOf(NoCliff.class);
    } else {
      assertThat(index(found(outcome).kept())).isEqualTo(cliff <= lowest ? 0 : cliff - 1);
      assertThat(index(found(outcome).fallen())).isEqualTo(Math.max(cliff, lowest));
    }
  }

  @Example
  void rangesAreRead() {
    assertThat(SparsityRange.parse("30%..0.95"))
        .isEqualTo(new SparsityRange(Sparsity.of(0.3), Sparsity.of(0.95)))
        .hasToString("30%..95%");
    assertThat(new SparsityRange(Sparsity.of(0.3), Sparsity.of(0.5)).levels(Sparsity.of(0.15)))
        .containsExactly(Sparsity.ZERO, Sparsity.of(0.3), Sparsity.of(0.45), Sparsity.of(0.5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparsityRange.parse("95%"))
        .withMessage("range '95%' is not of two sparsities such as 0%..95%");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparsityRange.parse("50%..x"))
        .withMessageContaining("sparsity 'x'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparsityRange.parse("50%..50%"))
        .withMessage("range 50%..50%: expected the first below the second");
  }

  @Example
  void faultsComeThrough() {
    ThresholdSearch search = percents(10);
    assertThatThrownBy(
            () ->
                search.run(
                    s -> {
                      throw new IOException("no space left");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("no space left");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> search.run(s -> Map.of("fid", Score.exact(3))))
        .withMessage("no score 'clipScore': the evaluation gave [fid]");
  }

  @Example
  void badArgumentsAreRefused() {
    Tolerance tolerance = Curves.tolerance();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ThresholdSearch(
                    tolerance, SparsityRange.upTo(Sparsity.of(0.1)), Sparsity.of(0.2)))
        .withMessage(
            "step 20% of range 0%..10%: expected more than 0 and at most the length of the range");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ThresholdSearch(tolerance, SparsityRange.upTo(Sparsity.ONE), Sparsity.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ThresholdSearch(
                    tolerance, SparsityRange.upTo(Sparsity.ONE), Sparsity.of(0.00009)))
        .withMessage("step 0.009% of range 0%..100%: expected at most 10000 steps");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Curves.criterion(0))
        .withMessage("tolerance of clipScore is 0.0: expected a finite number above 0");
    assertThatIllegalArgumentException().isThrownBy(() -> Curves.criterion(Double.NaN));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Score(Double.NaN, 0))
        .withMessage("score NaN within 0.0: expected finite numbers, the second at least 0");
    assertThatIllegalArgumentException().isThrownBy(() -> new Score(1, -1));
    assertThatIllegalArgumentException()
        .isThrownBy(Tolerance::of)
        .withMessage("no criteria: expected one or more");
  }
}
