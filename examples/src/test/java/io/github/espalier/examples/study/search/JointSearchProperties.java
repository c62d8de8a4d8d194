package io.github.espalier.examples.study.search;

import static io.github.espalier.examples.study.search.Curves.TOLERATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.published.ComponentSparsities;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;

class JointSearchProperties {
  /** Those of Stable Diffusion 2: its Linear weights, and all of text encoder and U-Net. */
  private static final SelectedWeights SD2 =
      new SelectedWeights(289_406_976, 301_219_840, 1_206_298_564);

  /** Whether a cell's scores are kept. */
  private interface Truth {
    boolean kept(int row, int column);
  }

  private static JointSearch search(int rows, int columns, SelectedWeights weights) {
    JointGrid grid = new JointGrid(Curves.percents(rows), Curves.percents(columns));
    return new JointSearch(Curves.tolerance(), grid, weights);
  }

  private static int row(ComponentSparsities cell) {
    return cell.textEncoder().exactFraction().movePointRight(2).intValueExact();
  }

  private static int column(ComponentSparsities cell) {
    return cell.unet().exactFraction().movePointRight(2).intValueExact();
  }

  private static ComponentSparsities cell(int row, int column) {
    return new ComponentSparsities(Curves.percent(row), Curves.percent(column));
  }

  private static SelectedWeights weights(Random random) {
    long text = random.nextInt(1_000_000);
    long unet = random.nextInt(1_000_000);
    return new SelectedWeights(text, unet, text + unet + 1);
  }

  /** Returns the kept columns of each row, which do not rise; dense is kept. */
  private static int[] staircase(int rows, int columns, Random random) {
    int[] negated = random.ints(rows, -columns, 1).toArray();
    Arrays.sort(negated);
    int[] heights = Arrays.stream(negated).map(each -> -each).toArray();
    heights[0] = Math.max(1, heights[0]);
    return heights;
  }

  private static JointOutcome run(JointSearch search, Truth truth) throws IOException {
    return search.run(
        Curves.once(
            each ->
                Curves.scores(
                    truth.kept(row(each), column(each)) ? 0 : 2 * TOLERATED, TOLERATED / 10)));
  }

  /** Returns the most weights that a kept cell removes, by trying all. */
  private static long best(int rows, int columns, SelectedWeights weights, Truth truth) {
    long best = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        if (truth.kept(row, column)) {
          best = Math.max(best, weights.pruned(cell(row, column)));
        }
      }
    }
    return best;
  }

  private static long found(JointOutcome outcome, SelectedWeights weights) {
    if (!(outcome instanceof BestSplit split)) {
      return 0;
    }
    long pruned = weights.pruned(split.best().configuration());
    assertThat(split.ofModel()).isEqualTo(Sparsity.ofRatio(pruned, weights.model()));
    assertThat(split.best().kept()).isTrue();
    assertThat(split.evaluations()).contains(split.best());
    return pruned;
  }

  /** A walk along the grid, and a bisection of each side. */
  private static int most(int rows, int columns) {
    return rows + columns - 1 + bisection(rows) + bisection(columns);
  }

  private static int bisection(int count) {
    int most = 0;
    for (int width = 1; width < count; width *= 2) {
      most++;
    }
    return most;
  }

  @Property(seed = "60201", tries = 400)
  void theBestOfAStaircaseIsFound(
      @ForAll @IntRange(min = 1, max = 30) int rows,
      @ForAll @IntRange(min = 1, max = 30) int columns,
      @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    int[] heights = staircase(rows, columns, random);
    Truth truth = (row, column) -> column < heights[row];
    SelectedWeights weights = weights(random);
    JointSearch search = search(rows, columns, weights);
    JointOutcome outcome = run(search, truth);
    assertThat(found(outcome, weights)).isEqualTo(best(rows, columns, weights, truth));
    assertThat(search.mostEvaluations()).isEqualTo(most(rows, columns));
    assertThat(outcome.evaluations()).hasSizeLessThanOrEqualTo(most(rows, columns));
  }

  /** The hardest case: all steps of the staircase remove nearly the same. */
  @Property(seed = "60202", tries = 100)
  void straightStaircasesKeepTheBound(
      @ForAll @IntRange(min = 2, max = 40) int size,
      @ForAll @IntRange(min = 0, max = 80) int sum,
      @ForAll @IntRange(min = -100, max = 100) int tilt)
      throws IOException {
    SelectedWeights weights = new SelectedWeights(1_000_000, 1_000_000 + tilt, 3_000_000);
    Truth truth = (row, column) -> row + column <= sum;
    JointOutcome outcome = run(search(size, size, weights), truth);
    assertThat(found(outcome, weights)).isEqualTo(best(size, size, weights, truth));
    assertThat(outcome.evaluations()).hasSizeLessThanOrEqualTo(most(size, size));
  }

  /** What a user pays where both components decline along curves, on 20 by 20 sparsities. */
  @Example
  void curvesTakeFarFewerThanAWalk() throws IOException {
    int evaluations = 0;
    int searches = 200;
    Random random = new Random(60203);
    for (int i = 0; i < searches; i++) {
      double power = 0.5 + 3 * random.nextDouble();
      double text = 8 + 12 * random.nextDouble();
      double unet = 8 + 12 * random.nextDouble();
      Truth truth =
          (row, column) -> Math.pow(row / text, power) + Math.pow(column / unet, power) < 1;
      JointOutcome outcome = run(search(20, 20, SD2), truth);
      assertThat(found(outcome, SD2)).isEqualTo(best(20, 20, SD2, truth));
      evaluations += outcome.evaluations().size();
    }
    // A walk down the staircase that skips what removes too little takes 30 on average here.
    assertThat((double) evaluations / searches).isLessThan(20);
  }

  /** A component that is not pruned leaves a bisection of the other. */
  @Property(seed = "60204", tries = 100)
  void aSingleRowIsBisected(
      @ForAll @IntRange(min = 2, max = 64) int columns,
      @ForAll @IntRange(min = 1, max = 64) int heights)
      throws IOException {
    Truth truth = (row, column) -> column < heights;
    JointOutcome outcome = run(search(1, columns, SD2), truth);
    assertThat(found(outcome, SD2)).isEqualTo(best(1, columns, SD2, truth));
    assertThat(outcome.evaluations()).hasSizeLessThanOrEqualTo(bisection(columns));
  }

  /** Nothing is assumed of these scores. */
  @Property(seed = "60205", tries = 200)
  void arbitraryAnswersKeepTheBound(
      @ForAll @IntRange(min = 1, max = 25) int rows,
      @ForAll @IntRange(min = 1, max = 25) int columns,
      @ForAll @DoubleRange(min = 0, max = 1) @Scale(6) double share,
      @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    SelectedWeights weights = weights(random);
    JointOutcome outcome =
        run(search(rows, columns, weights), (row, column) -> random.nextDouble() < share);
    assertThat(outcome.evaluations()).hasSizeLessThanOrEqualTo(most(rows, columns));
    long found = found(outcome, weights);
    assertThat(outcome.evaluations())
        .filteredOn(Evaluation::kept)
        .allMatch(each -> weights.pruned(each.configuration()) <= found);
  }

  /** The stated limits: the best with the tolerance less and plus the error. */
  @Property(seed = "60206", tries = 200)
  void noiseCostsNoMoreThanStated(
      @ForAll @IntRange(min = 2, max = 20) int rows,
      @ForAll @IntRange(min = 2, max = 20) int columns,
      @ForAll @DoubleRange(min = 0.0001, max = 0.05) @Scale(6) double noise,
      @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    double[] text = Curves.rising(rows, 0.3, random);
    double[] unet = Curves.rising(columns, 0.3, random);
    SelectedWeights weights = weights(random);
    JointOutcome outcome =
        search(rows, columns, weights)
            .run(
                each -> {
                  double error = noise * (2 * random.nextDouble() - 1);
                  return Curves.scores(text[row(each)] + unet[column(each)] + error, noise);
                });
    assertThat(found(outcome, weights))
        .isBetween(
            best(rows, columns, weights, (r, c) -> text[r] + unet[c] <= TOLERATED - noise),
            best(rows, columns, weights, (r, c) -> text[r] + unet[c] <= TOLERATED + noise));
  }

  @Example
  void nothingKeptIsOnlyDense() throws IOException {
    JointOutcome outcome = run(search(5, 7, SD2), (row, column) -> row + column == 0);
    assertThat(outcome).isInstanceOf(OnlyDense.class);
    assertThat(outcome.evaluations()).isNotEmpty().noneMatch(Evaluation::kept);
  }

  @Example
  void everythingKeptIsTheLastCell() throws IOException {
    JointOutcome outcome = run(search(5, 7, SD2), (row, column) -> true);
    assertThat(outcome).isInstanceOf(BestSplit.class);
    assertThat(((BestSplit) outcome).best().configuration()).isEqualTo(cell(4, 6));
  }

  /** The paper's split: 20.1 % of text encoder and U-Net, not 38.5 %. */
  @Example
  void trueSparsityIsOfTheWholeModel() {
    ComponentSparsities split = new ComponentSparsities(Sparsity.of(0.475), Sparsity.of(0.35));
    assertThat(SD2.ofModel(split).fraction()).isBetween(0.2013, 0.2014);
  }

  @Example
  void gridsStartAtZero() {
    JointGrid grid = JointGrid.steps(Sparsity.of(0.5), Sparsity.of(0.3), Sparsity.of(0.2));
    assertThat(grid.textEncoder()).hasToString("[0%, 20%, 40%, 50%]");
    assertThat(grid.unet()).hasToString("[0%, 20%, 30%]");
    assertThat(new JointGrid(List.of(Sparsity.of(0.4)), List.of()))
        .isEqualTo(new JointGrid(List.of(Sparsity.ZERO, Sparsity.of(0.4)), List.of(Sparsity.ZERO)));
  }

  @Example
  void faultsComeThrough() {
    assertThatThrownBy(
            () ->
                search(3, 3, SD2)
                    .run(
                        each -> {
                          throw new IOException("no space left");
                        }))
        .isInstanceOf(IOException.class)
        .hasMessage("no space left");
  }

  @Example
  void badArgumentsAreRefused() {
    List<Sparsity> falling = List.of(Sparsity.of(0.2), Sparsity.of(0.1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new JointGrid(List.of(), falling))
        .withMessage("sparsities of the U-Net are [20%, 10%]: expected ascending ones");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JointGrid.steps(Sparsity.ONE, Sparsity.ONE, Sparsity.of(0.005)))
        .withMessage("a grid of 40401 combinations: expected at most 10000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SelectedWeights(5, 6, 10))
        .withMessage(
            "5 and 6 selected weights of 10: expected at least 0 each, and not more than all");
    assertThatIllegalArgumentException().isThrownBy(() -> new SelectedWeights(-1, 6, 10));
  }
}
