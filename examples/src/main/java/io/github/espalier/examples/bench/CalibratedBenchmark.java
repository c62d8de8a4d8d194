package io.github.espalier.examples.bench;

import io.github.espalier.core.calibration.InputAccumulator;
import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.MatrixProducts;
import io.github.espalier.core.tensor.MatrixProducts.Use;
import io.github.espalier.core.tensor.SymmetricMatrix;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.methods.sparsegpt.SparseGpt;
import io.github.espalier.methods.wanda.Wanda;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Times what pruning with calibration spends its time on: the Gram matrix of an input, SparseGPT of
 * a layer with that input, and Wanda of a whole text encoder. Inputs and weights are random.
 *
 * @param tokens rows of the input, at least 1
 * @param inputs columns of the input and of the layer, at least 1
 * @param outputs rows of the layer, at least 1
 * @param width of the text encoder, at least 1
 * @param runs how often each is timed, at least 1
 */
public record CalibratedBenchmark(int tokens, int inputs, int outputs, int width, int runs) {
  private interface Work {
    void run() throws IOException;
  }

  /**
   * Runs the work and what it is measured by in turn, each once more than it is timed.
   *
   * @param cancellation stops the benchmark
   * @param status hears what is being done
   * @return the times
   * @throws IOException if the system does not tell what machine this is
   */
  public CalibratedBenchmarkResult run(Cancellation cancellation, Consumer<String> status)
      throws IOException {
    try (MemorySampler sampler = MemorySampler.start();
        TensorScope scope = new TensorScope()) {
      List<RatedTiming> timings = new ArrayList<>();
      SymmetricMatrix gram = SymmetricMatrix.zeros(inputs, scope);
      timings.add(gram(gram, cancellation, status));
      timings.add(sparseGpt(gram, cancellation, status));
      timings.add(wanda(cancellation, status));
      return new CalibratedBenchmarkResult(timings, sampler.peak(), Machine.of(Path.of("")));
    }
  }

  private RatedTiming gram(SymmetricMatrix gram, Cancellation cancellation, Consumer<String> status)
      throws IOException {
    try (TensorScope scope = new TensorScope()) {
      FloatMatrix rows = FloatMatrix.of(scope.zeros(tokens, inputs));
      fill(rows);
      FloatMatrix product = FloatMatrix.of(scope.zeros(inputs, inputs));
      int block = InputAccumulator.rowsOfBlock(inputs);
      return time(
          String.format(Locale.ROOT, "Gram matrix of %d tokens, %d inputs", tokens, inputs),
          () -> {
            for (int from = 0; from < tokens; from += block) {
              gram.addGram(rows.rows(from, Math.min(block, tokens - from)), TaskRunner.COMMON_POOL);
            }
          },
          "X^T X by one sgemm",
          () -> MatrixProducts.multiply(1f, rows, Use.TRANSPOSED, rows, Use.PLAIN, 0f, product),
          cancellation,
          status);
    }
  }

  private RatedTiming sparseGpt(
      SymmetricMatrix gram, Cancellation cancellation, Consumer<String> status) throws IOException {
    double[] sums = new double[inputs];
    InputStatistics statistics =
        new InputStatistics(sums, sums, Optional.of(gram), tokens, tokens, tokens);
    RandomLayer layer = RandomLayer.of(outputs, inputs);
    try (TensorScope scope = new TensorScope()) {
      FloatMatrix left = FloatMatrix.of(scope.zeros(inputs, inputs));
      FloatMatrix right = FloatMatrix.of(scope.zeros(inputs, inputs));
      FloatMatrix product = FloatMatrix.of(scope.zeros(inputs, inputs));
      fill(left);
      fill(right);
      return time(
          "SparseGPT of a layer of " + outputs + "x" + inputs,
          () -> layer.prune(SparseGpt.withDefaults(), statistics),
          "H^-1 H by one sgemm",
          () -> MatrixProducts.multiply(1f, left, Use.PLAIN, right, Use.PLAIN, 0f, product),
          cancellation,
          status);
    }
  }

  private RatedTiming wanda(Cancellation cancellation, Consumer<String> status) throws IOException {
    List<RandomLayer> layers = RandomLayer.textEncoder(width);
    return time(
        "Wanda of " + layers.size() + " layers, width " + width,
        () -> RandomLayer.each(layers, each -> each.prune(Wanda.withDefaults(), each.moments())),
        "java.util.Arrays.sort of each row",
        () -> RandomLayer.each(layers, RandomLayer::sortRows),
        cancellation,
        status);
  }

  private RatedTiming time(
      String work,
      Work run,
      String baseline,
      Work runBaseline,
      Cancellation cancellation,
      Consumer<String> status)
      throws IOException {
    List<Double> seconds = new ArrayList<>();
    List<Double> baselineSeconds = new ArrayList<>();
    for (int i = 0; i <= runs; i++) {
      cancellation.check();
      status.accept(
          i == 0 ? work + ", first run, not counted" : work + ", run " + i + " of " + runs);
      double own = seconds(run);
      double other = seconds(runBaseline);
      if (i > 0) {
        seconds.add(own);
        baselineSeconds.add(other);
      }
    }
    return new RatedTiming(work, seconds, baseline, baselineSeconds);
  }

  private static double seconds(Work work) throws IOException {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static void fill(FloatMatrix matrix) {
    SplittableRandom random = new SplittableRandom(1);
    float[] row = new float[matrix.columns()];
    for (int i = 0; i < matrix.rows(); i++) {
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) random.nextDouble() - 0.5f;
      }
      matrix.put(i, 0, row, 0, row.length);
    }
  }
}
