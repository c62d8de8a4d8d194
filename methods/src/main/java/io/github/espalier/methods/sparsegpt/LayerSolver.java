package io.github.espalier.methods.sparsegpt;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskBuilder;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.NdArrays;
import io.github.espalier.core.tensor.Workspace;
import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Takes a layer through the sweep: transposes, factors, sweeps and transposes back. */
final class LayerSolver {
  private static final int STRIP = 64;

  private LayerSolver() {}

  static Reconstruction solve(LayerContext layer, SparseGpt method, Optional<Mask> fixed)
      throws IOException {
    INDArray weights = layer.weights();
    if (weights.length() == 0) {
      return new Reconstruction(Mask.keepAll(layer.layer().shape()), weights, 0, 0, 0);
    }
    if (!NdArrays.isFinite(weights)) {
      throw PruningException.nonFinite(
          layer.layer(), new ArithmeticException("some weights are infinite or NaN"));
    }
    boolean grouped = fixed.isEmpty() && layer.pattern() instanceof Grouped;
    int[] order =
        grouped
            ? ((Grouped) layer.pattern()).inputOrder(layer.layer().shape())
            : IntStream.range(0, Math.toIntExact(layer.columns())).toArray();
    Factor factor = Factor.of(layer, method.damping(), order, method.factor());
    FloatMatrix matrix = FloatMatrix.of(weights);
    FloatMatrix columns = FloatMatrix.of(layer.scope().zeros(matrix.columns(), matrix.rows()));
    toColumns(matrix, columns, order);
    Optional<boolean[]> given =
        fixed.isPresent()
            ? Optional.of(prunedBy(fixed.get(), columns))
            : method.extend() ? Optional.of(zeros(columns)) : Optional.empty();
    int dead = clear(columns, factor.dead());
    Sweep sweep = new Sweep(columns, factor.upper(), order, method.blockSize(), given);
    MaskBuilder mask = Mask.builder(layer.layer().shape());
    try (Workspace workspace = new Workspace()) {
      if (grouped) {
        Grouped groups = (Grouped) layer.pattern();
        sweep.prune(groups.zerosPerGroup(), groups.groupSize(), mask, workspace);
      } else {
        sweep.prune(
            (first, width) -> fixed.isPresent() ? 0 : count(layer, method.rule(), first, width),
            fixed.isEmpty() && method.rule() == BlockRule.REFERENCE,
            mask,
            workspace);
      }
    } catch (ArithmeticException e) {
      throw new PruningException(layer.layer(), e.getMessage() + "; use more damping", e);
    }
    if (method.rule() == BlockRule.REFERENCE) {
      prune(mask, factor.dead(), matrix, order);
    }
    Mask found = mask.build();
    restore(found, factor.dead(), matrix, columns, order);
    fromColumns(columns, matrix, order);
    return new Reconstruction(found, weights, factor.damping(), dead, sweep.loss() * factor.mean());
  }

  private static int count(LayerContext layer, BlockRule rule, int first, int width) {
    long rows = layer.rows();
    return rule.count(layer.sparsity(), first * rows, Math.toIntExact(width * rows));
  }

  private static boolean[] prunedBy(Mask mask, FloatMatrix columns) {
    boolean[] pruned = new boolean[Math.toIntExact(columns.elements())];
    int inputs = columns.rows();
    int outputs = columns.columns();
    for (int j = 0; j < inputs; j++) {
      for (int i = 0; i < outputs; i++) {
        pruned[j * outputs + i] = !mask.isKept((long) i * inputs + j);
      }
    }
    return pruned;
  }

  private static boolean[] zeros(FloatMatrix columns) {
    boolean[] zeros = new boolean[Math.toIntExact(columns.elements())];
    float[] column = new float[columns.columns()];
    for (int j = 0; j < columns.rows(); j++) {
      columns.get(j, 0, column, 0, column.length);
      for (int i = 0; i < column.length; i++) {
        zeros[j * column.length + i] = column[i] == 0;
      }
    }
    return zeros;
  }

  /**
   * Clears the weights of inputs that were always zero, so that they cost nothing and have no
   * error, and counts these inputs.
   */
  private static int clear(FloatMatrix columns, BitSet dead) {
    float[] zeros = new float[columns.columns()];
    for (int j = dead.nextSetBit(0); j >= 0; j = dead.nextSetBit(j + 1)) {
      columns.put(j, 0, zeros, 0, zeros.length);
    }
    return dead.cardinality();
  }

  /** Prunes all weights of some columns. */
  private static void prune(MaskBuilder mask, BitSet dead, FloatMatrix matrix, int[] order) {
    for (int j = dead.nextSetBit(0); j >= 0; j = dead.nextSetBit(j + 1)) {
      for (int i = 0; i < matrix.rows(); i++) {
        mask.prune((long) i * order.length + order[j]);
      }
    }
  }

  /** Gives the cleared weights that the mask keeps their values again. */
  private static void restore(
      Mask mask, BitSet dead, FloatMatrix matrix, FloatMatrix columns, int[] order) {
    if (dead.isEmpty()) {
      return;
    }
    float[][] rows = new float[STRIP][matrix.columns()];
    float[] piece = new float[STRIP];
    for (int first = 0; first < matrix.rows(); first += STRIP) {
      int count = Math.min(STRIP, matrix.rows() - first);
      for (int i = 0; i < count; i++) {
        matrix.get(first + i, 0, rows[i], 0, matrix.columns());
      }
      for (int j = dead.nextSetBit(0); j >= 0; j = dead.nextSetBit(j + 1)) {
        for (int i = 0; i < count; i++) {
          boolean kept = mask.isKept((long) (first + i) * order.length + order[j]);
          piece[i] = kept ? rows[i][order[j]] : 0;
        }
        columns.put(j, first, piece, 0, count);
      }
    }
  }

  private static void toColumns(FloatMatrix matrix, FloatMatrix columns, int[] order) {
    float[][] rows = new float[STRIP][matrix.columns()];
    float[] piece = new float[STRIP];
    for (int first = 0; first < matrix.rows(); first += STRIP) {
      int count = Math.min(STRIP, matrix.rows() - first);
      for (int i = 0; i < count; i++) {
        matrix.get(first + i, 0, rows[i], 0, matrix.columns());
      }
      for (int j = 0; j < order.length; j++) {
        for (int i = 0; i < count; i++) {
          piece[i] = rows[i][order[j]];
        }
        columns.put(j, first, piece, 0, count);
      }
    }
  }

  private static void fromColumns(FloatMatrix columns, FloatMatrix matrix, int[] order) {
    float[][] rows = new float[STRIP][matrix.columns()];
    float[] piece = new float[STRIP];
    for (int first = 0; first < matrix.rows(); first += STRIP) {
      int count = Math.min(STRIP, matrix.rows() - first);
      for (int j = 0; j < order.length; j++) {
        columns.get(j, first, piece, 0, count);
        for (int i = 0; i < count; i++) {
          rows[i][order[j]] = piece[i];
        }
      }
      for (int i = 0; i < count; i++) {
        matrix.put(first + i, 0, rows[i], 0, matrix.columns());
      }
    }
  }
}
