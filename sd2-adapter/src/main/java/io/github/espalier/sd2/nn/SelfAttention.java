package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.List;

/**
 * Attention of rows to the rows of the same sample, with its projections: {@code out(softmax(q k^T
 * / sqrt(d)) v)}, where {@code q}, {@code k} and {@code v} are linear in the input and {@code d} is
 * the width of a head.
 *
 * <p>Source: Vaswani et al., "Attention Is All You Need", arXiv 1706.03762, section 3.2. Immutable;
 * safe for use by many threads, each with its own {@link Compute}.
 */
public final class SelfAttention {
  private final int width;
  private final int heads;
  private final Attention.Mask mask;
  private final Linear projections;
  private final Linear out;

  private SelfAttention(int width, int heads, Attention.Mask mask, Linear projections, Linear out) {
    this.width = width;
    this.heads = heads;
    this.mask = mask;
    this.projections = projections;
    this.out = out;
  }

  /**
   * The layers of an attention.
   *
   * @param query makes queries
   * @param key makes keys
   * @param value makes values
   * @param out mixes the heads
   * @param hasBias whether the first three have a bias; the last one has
   */
  public record Names(String query, String key, String value, String out, boolean hasBias) {
    /**
     * Returns the names in the networks of diffusers.
     *
     * @param prefix the attention's name
     * @param hasBias whether queries, keys and values have a bias
     * @return {@code to_q}, {@code to_k}, {@code to_v} and {@code to_out.0}
     */
    public static Names diffusers(String prefix, boolean hasBias) {
      return new Names(
          prefix + ".to_q", prefix + ".to_k", prefix + ".to_v", prefix + ".to_out.0", hasBias);
    }
  }

  /**
   * Reads the layers.
   *
   * @param source holds the parameters
   * @param names the layers' names
   * @param width columns of the input and of the output, a multiple of the number of heads
   * @param heads number of heads
   * @param mask which rows a row may look at
   * @return the attention
   * @throws IOException if one cannot be read
   */
  public static SelfAttention load(
      ParameterSource source, Names names, int width, int heads, Attention.Mask mask)
      throws IOException {
    Linear projections =
        Linear.loadFused(
            source,
            List.of(names.query(), names.key(), names.value()),
            width,
            width,
            names.hasBias());
    return new SelfAttention(
        width, heads, mask, projections, Linear.load(source, names.out(), width, width));
  }

  /**
   * Adds the attention's output to a matrix.
   *
   * @param compute does the work
   * @param in one row for each token or pixel; released
   * @param samples how many samples the rows belong to, in equal shares
   * @param sum what is added to; of the input's shape
   * @throws IllegalArgumentException if the input or the sum does not fit the layers
   */
  public void addTo(Compute compute, FloatMatrix in, int samples, FloatMatrix sum) {
    FloatMatrix all = projections.forward(compute, in, samples);
    compute.release(in);
    FloatMatrix attended =
        new Attention(samples, heads, 1 / Math.sqrt((double) width / heads), mask)
            .forward(
                compute,
                all.columns(0, width),
                all.columns(width, width),
                all.columns(2 * width, width));
    compute.release(all);
    out.addTo(compute, attended, samples, sum);
    compute.release(attended);
  }
}
