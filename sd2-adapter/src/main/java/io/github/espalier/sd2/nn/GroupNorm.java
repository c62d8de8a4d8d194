package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.Arrays;

/**
 * Normalises groups of channels of each image to mean 0 and variance 1, then scales and shifts each
 * channel; a SiLU may follow.
 *
 * <p>Sums run over short runs of pixels around a channel's first value, and those are merged in
 * binary64, so that a large mean does not hide a small variance. Sources: Wu and He, "Group
 * Normalization" (2018); Chan, Golub and LeVeque (1979) for the merging. Immutable; safe for use by
 * many threads.
 */
public final class GroupNorm {
  /** Pixels whose sums are taken in binary32. */
  private static final int RUN = 64;

  private static final int RUNS_PER_TASK = 4;

  private final float[] weight;
  private final float[] bias;
  private final int groups;
  private final double epsilon;

  private GroupNorm(float[] weight, float[] bias, int groups, double epsilon) {
    this.weight = weight;
    this.bias = bias;
    this.groups = groups;
    this.epsilon = epsilon;
  }

  /** What follows the norm. */
  public enum Then {
    /** Nothing. */
    NOTHING,
    /** x / (1 + exp(-x)). */
    SILU
  }

  /**
   * Reads a norm.
   *
   * @param source holds the parameters
   * @param name the norm's name
   * @param channels number of channels
   * @param groups number of groups, which divides that of the channels
   * @param epsilon added to the variance
   * @return the norm
   * @throws IOException if it cannot be read
   */
  public static GroupNorm load(
      ParameterSource source, String name, int channels, int groups, double epsilon)
      throws IOException {
    if (groups < 1 || channels % groups != 0) {
      throw new IllegalArgumentException(
          name + ": " + channels + " channels do not fall into " + groups + " equal groups");
    }
    return new GroupNorm(
        source.vector(name + ".weight", channels),
        source.vector(name + ".bias", channels),
        groups,
        epsilon);
  }

  /**
   * Applies the norm.
   *
   * @param compute does the work
   * @param in feature maps
   * @param then what follows
   * @return a matrix of the workspace, to be released
   * @throws IllegalArgumentException if the maps have other channels than the norm, or no pixels
   */
  public FloatMatrix forward(Compute compute, FeatureMap in, Then then) {
    if (in.channels() != weight.length || in.pixels() < 1) {
      throw new IllegalArgumentException(
          "a group norm of " + weight.length + " channels does not fit " + in);
    }
    long time = compute.start();
    FloatMatrix out = compute.take(in.values().rows(), in.channels());
    int step = RUN * RUNS_PER_TASK;
    int tasksPerSample = (in.pixels() + step - 1) / step;
    int tasks = tasksPerSample * in.samples();
    double work = 4.0 * Math.min(step, in.pixels()) * in.channels();
    Moments[] partial = new Moments[tasks];
    compute.forEach(
        tasks,
        work,
        task -> {
          int from = task % tasksPerSample * step;
          int first = task / tasksPerSample * in.pixels() + from;
          partial[task] = measure(in.values(), first, Math.min(step, in.pixels() - from));
        });
    Factors[] factors = new Factors[in.samples()];
    for (int sample = 0; sample < in.samples(); sample++) {
      Moments all = partial[sample * tasksPerSample];
      for (int i = 1; i < tasksPerSample; i++) {
        all.merge(partial[sample * tasksPerSample + i]);
      }
      factors[sample] = summarise(all);
    }
    compute.forEach(
        tasks,
        2 * work,
        task -> {
          int from = task % tasksPerSample * step;
          int sample = task / tasksPerSample;
          int first = sample * in.pixels() + from;
          int count = Math.min(step, in.pixels() - from);
          apply(in.values(), out, first, count, factors[sample], then);
        });
    compute.stop(Operation.NORM, time);
    return out;
  }

  private static Moments measure(FloatMatrix in, int first, int count) {
    int channels = in.columns();
    int together = pixelsTogether(channels);
    int width = together * channels;
    Moments moments = new Moments(channels);
    float[] values = Scratch.floats(0, width);
    float[] origin = Scratch.floats(1, width);
    float[] sum = Scratch.floats(2, width);
    float[] squares = Scratch.floats(3, width);
    for (int from = 0; from < count; from += RUN) {
      int length = Math.min(RUN, count - from);
      in.get(first + from, 0, values, 0, channels);
      VectorMath.repeat(values, channels, together, origin);
      Arrays.fill(sum, 0, width, 0f);
      Arrays.fill(squares, 0, width, 0f);
      for (int i = 0; i < length; i += together) {
        int size = Math.min(together, length - i) * channels;
        in.get(first + from + i, 0, values, 0, size);
        accumulate(values, origin, sum, squares, size);
      }
      for (int i = 1; i < together; i++) {
        fold(sum, squares, i * channels, channels);
      }
      moments.add(length, origin, sum, squares);
    }
    return moments;
  }

  /** So many pixels make loops long enough to be fast, and yet fit the fastest cache. */
  private static int pixelsTogether(int channels) {
    return Math.max(1, Math.min(RUN, 1024 / channels));
  }

  private static void accumulate(
      float[] values, float[] origin, float[] sum, float[] squares, int count) {
    for (int i = 0; i < count; i++) {
      float d = values[i] - origin[i];
      sum[i] = sum[i] + d;
      squares[i] = squares[i] + d * d;
    }
  }

  private static void fold(float[] sum, float[] squares, int from, int channels) {
    for (int i = 0; i < channels; i++) {
      sum[i] += sum[from + i];
      squares[i] += squares[from + i];
    }
  }

  /**
   * Turns the channels' moments into the factors of each channel. What rounding takes off a mean
   * goes into the shift, since it can be large beside the deviation.
   */
  private Factors summarise(Moments all) {
    int size = weight.length / groups;
    Factors factors = new Factors(weight.length);
    for (int group = 0; group < groups; group++) {
      double mean = 0;
      for (int i = group * size; i < (group + 1) * size; i++) {
        mean += all.mean[i];
      }
      mean /= size;
      double deviation = 0;
      for (int i = group * size; i < (group + 1) * size; i++) {
        double d = all.mean[i] - mean;
        deviation += all.deviation[i] + all.count * (d * d);
      }
      double scale = 1 / Math.sqrt(deviation / ((double) all.count * size) + epsilon);
      for (int i = group * size; i < (group + 1) * size; i++) {
        factors.mean[i] = (float) mean;
        factors.scale[i] = (float) (scale * weight[i]);
        factors.shift[i] = (float) (bias[i] - (mean - factors.mean[i]) * scale * weight[i]);
      }
    }
    return factors;
  }

  private static void apply(
      FloatMatrix in, FloatMatrix out, int first, int count, Factors factors, Then then) {
    int channels = in.columns();
    int together = pixelsTogether(channels);
    int width = together * channels;
    float[] values = Scratch.floats(0, width);
    float[] mean = Scratch.floats(1, width);
    float[] scale = Scratch.floats(2, width);
    float[] shift = Scratch.floats(3, width);
    VectorMath.repeat(factors.mean, channels, together, mean);
    VectorMath.repeat(factors.scale, channels, together, scale);
    VectorMath.repeat(factors.shift, channels, together, shift);
    for (int from = 0; from < count; from += together) {
      int size = Math.min(together, count - from) * channels;
      in.get(first + from, 0, values, 0, size);
      normalise(values, mean, scale, shift, size);
      if (then == Then.SILU) {
        silu(values, size);
      }
      out.put(first + from, 0, values, 0, size);
    }
  }

  /** In pieces where one pixel has more channels than are taken at once. */
  private static void silu(float[] values, int count) {
    if (count <= VectorMath.BLOCK) {
      VectorMath.swish(values, count, 1f);
      return;
    }
    float[] piece = Scratch.floats(4, VectorMath.BLOCK);
    for (int from = 0; from < count; from += VectorMath.BLOCK) {
      int length = Math.min(VectorMath.BLOCK, count - from);
      System.arraycopy(values, from, piece, 0, length);
      VectorMath.swish(piece, length, 1f);
      System.arraycopy(piece, 0, values, from, length);
    }
  }

  private static void normalise(
      float[] values, float[] mean, float[] scale, float[] shift, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = (values[i] - mean[i]) * scale[i] + shift[i];
    }
  }

  /** What is subtracted from each channel, what then multiplies it, and what is added at last. */
  private static final class Factors {
    final float[] mean;
    final float[] scale;
    final float[] shift;

    Factors(int channels) {
      mean = new float[channels];
      scale = new float[channels];
      shift = new float[channels];
    }
  }

  /** Mean and sum of squared deviations of each channel. */
  private static final class Moments {
    final double[] mean;
    final double[] deviation;
    long count;

    Moments(int channels) {
      mean = new double[channels];
      deviation = new double[channels];
    }

    /** Adds a run, given by its first pixel and the sums of differences to it. */
    void add(int length, float[] first, float[] sum, float[] squares) {
      for (int i = 0; i < mean.length; i++) {
        double shift = (double) sum[i] / length;
        merge(i, length, first[i] + shift, squares[i] - shift * sum[i]);
      }
      count += length;
    }

    void merge(Moments other) {
      for (int i = 0; i < mean.length; i++) {
        merge(i, other.count, other.mean[i], other.deviation[i]);
      }
      count += other.count;
    }

    private void merge(int i, long otherCount, double otherMean, double otherDeviation) {
      double difference = otherMean - mean[i];
      double share = (double) otherCount / (count + otherCount);
      mean[i] += difference * share;
      deviation[i] += Math.max(otherDeviation, 0) + (difference * difference) * (count * share);
    }
  }
}
