package io.github.espalier.sd2.nn;

import static io.github.espalier.core.tensor.MatrixProducts.Use.PLAIN;
import static io.github.espalier.core.tensor.MatrixProducts.Use.TRANSPOSED;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.MatrixProducts;
import java.util.Arrays;

/**
 * Scaled dot-product attention, {@code softmax(Q K^T * scale) V} for each head.
 *
 * <p>Queries and keys are taken in blocks, and the softmax is corrected as maxima grow, so that no
 * matrix of all scores ever exists. Sources: Vaswani et al., "Attention Is All You Need" (2017);
 * Milakov and Gimelshein, "Online normalizer calculation for softmax" (arXiv 1805.02867). Scores
 * are kept keys by queries, so that maxima and sums run along contiguous queries. Stateless.
 */
public final class Attention {
  private static final int QUERIES = 256;
  private static final int KEYS = 512;

  private final int samples;
  private final int heads;
  private final float scale;
  private final Mask mask;

  /** Which keys a query sees. */
  public enum Mask {
    /** All of its sample. */
    NONE,
    /** Those up to its own position. */
    CAUSAL
  }

  /**
   * Describes an attention.
   *
   * @param samples number of samples; a query sees keys of its own sample only
   * @param heads number of heads, which share the columns equally
   * @param scale factor of the scores, usually the head's width to the power of -1/2
   * @param mask which keys a query sees
   * @throws IllegalArgumentException if there are no samples or no heads
   */
  public Attention(int samples, int heads, double scale, Mask mask) {
    if (samples < 1 || heads < 1) {
      throw new IllegalArgumentException(
          "attention of " + samples + " samples with " + heads + " heads is not possible");
    }
    this.samples = samples;
    this.heads = heads;
    this.scale = (float) scale;
    this.mask = mask;
  }

  /**
   * Computes the attention.
   *
   * @param compute does the work
   * @param queries a row for each query, sample by sample; heads side by side
   * @param keys a row for each key, sample by sample; as many columns
   * @param values a row for each key, sample by sample; as many columns
   * @return a row for each query, in a matrix of the workspace, to be released
   * @throws IllegalArgumentException if the shapes do not fit, or there are no keys
   */
  public FloatMatrix forward(
      Compute compute, FloatMatrix queries, FloatMatrix keys, FloatMatrix values) {
    if (queries.columns() % heads != 0
        || keys.columns() != queries.columns()
        || values.columns() != queries.columns()
        || keys.rows() != values.rows()
        || keys.rows() == 0
        || queries.rows() % samples != 0
        || keys.rows() % samples != 0) {
      throw new IllegalArgumentException(
          heads
              + " heads of "
              + samples
              + " samples do not fit queries, keys and values that are "
              + queries
              + ", "
              + keys
              + " and "
              + values);
    }
    long time = compute.start();
    FloatMatrix out = compute.take(queries.rows(), queries.columns());
    int length = queries.rows() / samples;
    int perHead = (length + QUERIES - 1) / QUERIES;
    int width = queries.columns() / heads;
    int keysEach = keys.rows() / samples;
    double work = 4.0 * Math.min(length, QUERIES) * keysEach * (width + 8);
    compute.forEach(
        samples * heads * perHead,
        work,
        task -> {
          int sample = task / (heads * perHead);
          int head = task / perHead % heads;
          int from = task % perHead * QUERIES;
          int count = Math.min(QUERIES, length - from);
          FloatMatrix ownQueries = part(queries, head, sample * length + from, count);
          FloatMatrix target = part(out, head, sample * length + from, count);
          FloatMatrix ownKeys = part(keys, head, sample * keysEach, keysEach);
          FloatMatrix ownValues = part(values, head, sample * keysEach, keysEach);
          attend(compute, ownQueries, ownKeys, ownValues, from, target);
        });
    compute.stop(Operation.ATTENTION, time);
    return out;
  }

  private FloatMatrix part(FloatMatrix matrix, int head, int row, int rows) {
    int width = matrix.columns() / heads;
    return matrix.rows(row, rows).columns(head * width, width);
  }

  private void attend(
      Compute compute,
      FloatMatrix queries,
      FloatMatrix keys,
      FloatMatrix values,
      int firstQuery,
      FloatMatrix target) {
    int count = queries.rows();
    int block = Math.min(KEYS, keys.rows());
    FloatMatrix scores = compute.take(block, count);
    FloatMatrix sums = compute.take(count, values.columns());
    float[] maxima = Scratch.floats(0, count);
    float[] totals = Scratch.floats(1, count);
    Arrays.fill(maxima, 0, count, -Float.MAX_VALUE);
    Arrays.fill(totals, 0, count, 0f);
    for (int from = 0; from < keys.rows(); from += block) {
      int length = Math.min(block, keys.rows() - from);
      FloatMatrix part = scores.rows(0, length);
      MatrixProducts.multiply(scale, keys.rows(from, length), PLAIN, queries, TRANSPOSED, 0f, part);
      if (mask == Mask.CAUSAL) {
        hideLaterKeys(part, from, firstQuery);
      }
      float[] old = Scratch.floats(2, count);
      System.arraycopy(maxima, 0, old, 0, count);
      raise(part, maxima);
      if (from > 0) {
        rescale(old, maxima, totals, sums, count);
      }
      exponentiate(part, maxima, totals);
      MatrixProducts.multiply(
          1f, part, TRANSPOSED, values.rows(from, length), PLAIN, from == 0 ? 0f : 1f, sums);
    }
    divide(sums, totals, target);
    compute.release(sums);
    compute.release(scores);
  }

  private static void hideLaterKeys(FloatMatrix scores, int firstKey, int firstQuery) {
    int queries = scores.columns();
    float[] never = Scratch.floats(3, queries);
    Arrays.fill(never, 0, queries, -1e30f);
    for (int key = 0; key < scores.rows(); key++) {
      int hidden = Math.max(0, Math.min(queries, firstKey + key - firstQuery));
      scores.put(key, 0, never, 0, hidden);
    }
  }

  /** Several keys at a time, so that loops are long. */
  private static int keysTogether(int queries) {
    return Math.max(1, VectorMath.BLOCK / queries);
  }

  /** Raises the maxima to those of the scores. */
  private static void raise(FloatMatrix scores, float[] maxima) {
    int count = scores.columns();
    int together = keysTogether(count);
    float[] block = Scratch.floats(3, together * count);
    float[] wide = Scratch.floats(4, together * count);
    VectorMath.repeat(maxima, count, together, wide);
    for (int key = 0; key < scores.rows(); key += together) {
      int size = Math.min(together, scores.rows() - key) * count;
      scores.get(key, 0, block, 0, size);
      VectorMath.maximum(wide, block, size);
    }
    for (int i = 0; i < together; i++) {
      System.arraycopy(wide, i * count, block, 0, count);
      VectorMath.maximum(maxima, block, count);
    }
  }

  /** Replaces scores by the exponentials of their distances to the maxima, and adds those up. */
  private static void exponentiate(FloatMatrix scores, float[] maxima, float[] totals) {
    int count = scores.columns();
    int together = keysTogether(count);
    float[] block = Scratch.floats(3, together * count);
    float[] wide = Scratch.floats(4, together * count);
    float[] sums = Scratch.floats(5, together * count);
    VectorMath.repeat(maxima, count, together, wide);
    Arrays.fill(sums, 0, together * count, 0f);
    for (int key = 0; key < scores.rows(); key += together) {
      int size = Math.min(together, scores.rows() - key) * count;
      scores.get(key, 0, block, 0, size);
      VectorMath.subtract(block, wide, size);
      VectorMath.exp(block, size);
      VectorMath.add(sums, block, size);
      scores.put(key, 0, block, 0, size);
    }
    for (int i = 0; i < together; i++) {
      System.arraycopy(sums, i * count, block, 0, count);
      VectorMath.add(totals, block, count);
    }
  }

  /** Brings what has been summed so far to the new maxima. */
  private static void rescale(
      float[] old, float[] maxima, float[] totals, FloatMatrix sums, int count) {
    VectorMath.subtract(old, maxima, count);
    boolean same = true;
    for (int i = 0; i < count; i++) {
      same &= old[i] == 0f;
    }
    if (same) {
      return;
    }
    VectorMath.exp(old, count);
    VectorMath.multiply(totals, old, count);
    scaleRows(sums, old, sums);
  }

  private static void divide(FloatMatrix sums, float[] totals, FloatMatrix target) {
    float[] factors = Scratch.floats(2, sums.rows());
    for (int i = 0; i < sums.rows(); i++) {
      factors[i] = 1f / totals[i];
    }
    scaleRows(sums, factors, target);
  }

  private static void scaleRows(FloatMatrix from, float[] factors, FloatMatrix to) {
    int width = from.columns();
    float[] rows = Scratch.floats(3, from.rows() * width);
    from.get(0, 0, rows, 0, from.rows() * width);
    for (int i = 0; i < from.rows(); i++) {
      VectorMath.scale(rows, i * width, width, factors[i]);
      to.put(i, 0, rows, i * width, width);
    }
  }
}
