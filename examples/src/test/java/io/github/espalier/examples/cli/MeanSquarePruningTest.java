package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskSet;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.examples.cli.Cli.Run;
import io.github.espalier.sd2.calibration.StatisticsFile;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.masks.MaskFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The calibrated method that the README shows, from the command line. */
class MeanSquarePruningTest {
  /** Scores are rounded to binary32. */
  private static final double ROUNDING = 1e-6;

  @TempDir Path temp;

  @Test
  void prunesTheWeightsOfSmallestScore() throws IOException {
    Path file = temp.resolve("statistics.safetensors");
    Path masks = temp.resolve("masks.safetensors");
    Run calibrated =
        Cli.run(
            "calibrate",
            Checkpoints.f32(),
            "--component=text",
            "--limit=6",
            "--gather=moments",
            "--out",
            file);
    assertThat(calibrated.status()).as(calibrated.err()).isZero();
    Run pruned =
        Cli.run(
            "prune",
            Checkpoints.f32(),
            "--text=40%",
            "--method=mean-square",
            "--calibration",
            file,
            "--mask-out",
            masks,
            "--dry-run");
    assertThat(pruned.status()).as(pruned.err()).isZero();

    MaskSet found = MaskFile.read(masks);
    assertThat(found.masks()).hasSize(18);
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(Checkpoints.f32());
        StatisticsFile statistics = StatisticsFile.open(file, checkpoint)) {
      for (Layer layer : checkpoint.layers()) {
        if (found.of(layer.qualifiedName()).isPresent()) {
          requireOrder(checkpoint, statistics, layer, found.of(layer.qualifiedName()).get());
        }
      }
    }
  }

  /** No pruned weight scores above a kept one, and inputs do matter. */
  private static void requireOrder(
      Sd2Checkpoint checkpoint, StatisticsFile statistics, Layer layer, Mask mask)
      throws IOException {
    try (TensorScope scope = new TensorScope()) {
      InputStatistics input = statistics.of(layer, scope).orElseThrow();
      double[] squares = input.sumsOfSquares();
      INDArray weights = scope.floats(checkpoint.weights(layer), layer.rows(), layer.columns());
      double largestPruned = 0;
      double smallestKept = Double.POSITIVE_INFINITY;
      double largestPrunedWeight = 0;
      double smallestKeptWeight = Double.POSITIVE_INFINITY;
      for (int i = 0; i < weights.length(); i++) {
        double weight = Math.abs(weights.getDouble(i / squares.length, i % squares.length));
        double score = weight * squares[i % squares.length];
        if (mask.isKept(i)) {
          smallestKept = Math.min(smallestKept, score);
          smallestKeptWeight = Math.min(smallestKeptWeight, weight);
        } else {
          largestPruned = Math.max(largestPruned, score);
          largestPrunedWeight = Math.max(largestPrunedWeight, weight);
        }
      }
      assertThat(largestPruned).as(layer.name()).isLessThanOrEqualTo(smallestKept * (1 + ROUNDING));
      assertThat(largestPrunedWeight).as(layer.name()).isGreaterThan(smallestKeptWeight);
      long asked = Math.round(0.4 * layer.parameters());
      assertThat(mask.prunedCount()).isEqualTo(asked);
    }
  }
}
