package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A convolution of feature maps, as PyTorch's {@code Conv2d} without groups.
 *
 * <p>Kernels of 3x3 without stride run by Winograd's minimal filtering, which needs 2.25 times
 * fewer multiplications for 16/9 of the weights' memory; those of one row or column are products of
 * the maps themselves; others, and those of few channels, are unfolded to products. Immutable; safe
 * for use by many threads, each with its own {@link Compute}.
 */
public final class Conv2d {
  private static final int LEAST_CHANNELS_FOR_WINOGRAD = 8;

  private final String layer;
  private final Geometry geometry;
  private final int in;
  private final int out;
  private final float[] bias;
  private final boolean rectify;
  private final Convolver convolver;

  private Conv2d(
      String layer,
      Geometry geometry,
      int in,
      int out,
      float[] bias,
      boolean rectify,
      Convolver convolver) {
    this.layer = layer;
    this.geometry = geometry;
    this.in = in;
    this.out = out;
    this.bias = bias;
    this.rectify = rectify;
    this.convolver = convolver;
  }

  /** How a kernel of 3x3 without stride is computed. Results differ by rounding only. */
  enum Algorithm {
    /** Unfolded, as other kernels are: weights take the memory that they take on disk. */
    UNFOLDED,
    /** By minimal filtering: faster at all of SD2's sizes, for 16/9 of the memory. */
    WINOGRAD
  }

  /**
   * What is convolved.
   *
   * @param height rows of the kernel
   * @param width columns of the kernel
   * @param stride pixels from one position to the next
   * @param dilation pixels from one element of the kernel to the next
   * @param padding zeros around the map
   */
  public record Geometry(int height, int width, int stride, int dilation, Padding padding) {
    /** 3x3, without stride, of an output as large as the input. */
    public static final Geometry SAME = new Geometry(3, 3, 1, Padding.of(1));

    /** 3x3, of half the size. */
    public static final Geometry HALVING = new Geometry(3, 3, 2, Padding.of(1));

    /**
     * Checks the sizes.
     *
     * @param height rows of the kernel
     * @param width columns of the kernel
     * @param stride pixels from one position to the next
     * @param dilation pixels from one element of the kernel to the next
     * @param padding zeros around the map
     * @throws IllegalArgumentException if one is less than 1
     */
    public Geometry {
      if (height < 1 || width < 1 || stride < 1 || dilation < 1) {
        throw new IllegalArgumentException(
            "kernel "
                + height
                + "x"
                + width
                + " with stride "
                + stride
                + " and dilation "
                + dilation
                + " is not possible");
      }
    }

    /**
     * Makes a kernel whose elements are neighbours.
     *
     * @param height rows of the kernel
     * @param width columns of the kernel
     * @param stride pixels from one position to the next
     * @param padding zeros around the map
     * @throws IllegalArgumentException if one is less than 1
     */
    public Geometry(int height, int width, int stride, Padding padding) {
      this(height, width, stride, 1, padding);
    }

    /**
     * Returns the height of the output.
     *
     * @param inputHeight that of the input
     * @return rows of pixels
     * @throws IllegalArgumentException if the kernel is higher than the padded input
     */
    public int outputHeight(int inputHeight) {
      return positions(inputHeight + padding.top() + padding.bottom(), height);
    }

    /**
     * Returns the width of the output.
     *
     * @param inputWidth that of the input
     * @return pixels in a row
     * @throws IllegalArgumentException if the kernel is wider than the padded input
     */
    public int outputWidth(int inputWidth) {
      return positions(inputWidth + padding.left() + padding.right(), width);
    }

    private boolean fits(FeatureMap input) {
      return input.height() + padding.top() + padding.bottom() >= extent(height)
          && input.width() + padding.left() + padding.right() >= extent(width);
    }

    /** Pixels from the first to the last element of a kernel. */
    private int extent(int kernel) {
      return (kernel - 1) * dilation + 1;
    }

    private int positions(int size, int kernel) {
      int extent = extent(kernel);
      if (size < extent) {
        throw new IllegalArgumentException(
            "a kernel of " + extent + " pixels does not fit into " + size + " with padding");
      }
      return (size - extent) / stride + 1;
    }
  }

  /**
   * Reads a convolution {@code NAME.weight}, {@code [out, in, height, width]}, and {@code
   * NAME.bias}.
   *
   * @param source holds the parameters
   * @param name the layer's name
   * @param in number of input channels
   * @param out number of output channels
   * @param geometry kernel, stride and padding
   * @return the convolution
   * @throws IOException if it cannot be read
   */
  public static Conv2d load(ParameterSource source, String name, int in, int out, Geometry geometry)
      throws IOException {
    return load(source, name, in, out, geometry, Algorithm.WINOGRAD);
  }

  static Conv2d load(
      ParameterSource source, String name, int in, int out, Geometry geometry, Algorithm algorithm)
      throws IOException {
    float[] bias = source.vector(name + ".bias", out);
    return load(source, name, in, bias, geometry, algorithm);
  }

  /**
   * Reads a convolution {@code NAME.weight}, {@code [out, in, height, width]}, that has no bias.
   *
   * @param source holds the parameters
   * @param name the layer's name
   * @param in number of input channels
   * @param out number of output channels
   * @param geometry kernel, stride and padding
   * @return the convolution
   * @throws IOException if it cannot be read
   */
  public static Conv2d loadWithoutBias(
      ParameterSource source, String name, int in, int out, Geometry geometry) throws IOException {
    return load(source, name, in, new float[out], geometry, Algorithm.WINOGRAD);
  }

  private static Conv2d load(
      ParameterSource source,
      String name,
      int in,
      float[] bias,
      Geometry geometry,
      Algorithm algorithm)
      throws IOException {
    String layer = name + ".weight";
    int out = bias.length;
    boolean minimal =
        Winograd.suits(geometry)
            && algorithm == Algorithm.WINOGRAD
            && Math.min(in, out) >= LEAST_CHANNELS_FOR_WINOGRAD;
    if (minimal) {
      FloatMatrix room = source.room(Winograd.POINTS * out, in);
      source.borrow(layer, weights -> Winograd.transform(weights, in, room), out, in, 3, 3);
      return new Conv2d(
          layer, geometry, in, out, bias, false, new Winograd(room, geometry.padding(), in, out));
    }
    int area = geometry.height() * geometry.width();
    FloatMatrix room = source.room(out, area * in);
    source.borrow(
        layer,
        weights -> Unfolding.channelsLast(weights, in, area, room),
        out,
        in,
        geometry.height(),
        geometry.width());
    return new Conv2d(layer, geometry, in, out, bias, false, byProducts(room, geometry));
  }

  private static Convolver byProducts(FloatMatrix weights, Geometry geometry) {
    if (Columns.suits(geometry)) {
      return new Columns(weights, geometry);
    }
    return Lines.suits(geometry) ? new Lines(weights, geometry) : new Unfolding(weights, geometry);
  }

  /**
   * Lets a rectifier follow: negative outputs become zero.
   *
   * @return a convolution of the same weights
   */
  public Conv2d rectified() {
    return new Conv2d(layer, geometry, in, out, bias, true, convolver);
  }

  /**
   * Returns what is convolved.
   *
   * @return kernel, stride and padding
   */
  public Geometry geometry() {
    return geometry;
  }

  /**
   * Returns the number of output channels.
   *
   * @return channels
   */
  public int outputs() {
    return out;
  }

  /**
   * Applies the convolution.
   *
   * @param compute does the work
   * @param input feature maps
   * @return maps in a matrix of the workspace, to be released
   * @throws IllegalArgumentException if the input has other channels than the convolution or is
   *     smaller than the kernel
   */
  public FeatureMap forward(Compute compute, FeatureMap input) {
    return forward(compute, input, null);
  }

  /**
   * Applies the convolution and adds a vector to all pixels.
   *
   * @param compute does the work
   * @param input feature maps
   * @param shifts one row, a column for each output channel; null for none
   * @return maps in a matrix of the workspace, to be released
   * @throws IllegalArgumentException if the input has other channels than the convolution or is
   *     smaller than the kernel, or there are not as many shifts as output channels
   */
  public FeatureMap forward(Compute compute, FeatureMap input, @Nullable FloatMatrix shifts) {
    check(input);
    int height = geometry.outputHeight(input.height());
    int width = geometry.outputWidth(input.width());
    float[] shift = shifted(shifts);
    FloatMatrix values = compute.take(input.samples() * height * width, out);
    FeatureMap output = new FeatureMap(values, input.samples(), height, width);
    run(compute, input, new Ending(shift, Products.Start.FRESH, rectify), output);
    return output;
  }

  /**
   * Applies the convolution and writes the result where it is wanted.
   *
   * @param compute does the work
   * @param input feature maps
   * @param output receives the result; of its shape, perhaps {@linkplain FeatureMap#channels some
   *     channels} of larger maps
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public void forwardTo(Compute compute, FeatureMap input, FeatureMap output) {
    check(input, output);
    run(compute, input, new Ending(bias, Products.Start.FRESH, rectify), output);
  }

  /**
   * Adds the convolution's output to maps. The rectifier, if there is one, sees the sum.
   *
   * @param compute does the work
   * @param input feature maps
   * @param sum what is added to; of the output's shape
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public void addTo(Compute compute, FeatureMap input, FeatureMap sum) {
    check(input, sum);
    run(compute, input, new Ending(bias, Products.Start.ACCUMULATE, rectify), sum);
  }

  private void check(FeatureMap input, FeatureMap output) {
    check(input);
    if (output.samples() != input.samples()
        || output.height() != geometry.outputHeight(input.height())
        || output.width() != geometry.outputWidth(input.width())
        || output.channels() != out) {
      throw new IllegalArgumentException(layer + " of " + input + " does not fit " + output);
    }
  }

  private void check(FeatureMap input) {
    if (input.channels() != in) {
      throw new IllegalArgumentException(layer + " wants " + in + " channels, found " + input);
    }
    if (!geometry.fits(input)) {
      throw new IllegalArgumentException(layer + " is larger than " + input);
    }
  }

  private float[] shifted(@Nullable FloatMatrix shifts) {
    if (shifts == null) {
      return bias;
    }
    if (shifts.rows() != 1 || shifts.columns() != out) {
      throw new IllegalArgumentException(layer + " wants shifts of 1x" + out + ", found " + shifts);
    }
    float[] sum = shifts.toArray();
    VectorMath.add(sum, bias, out);
    return sum;
  }

  private void run(Compute compute, FeatureMap input, Ending ending, FeatureMap output) {
    compute.convolution(layer, input, geometry);
    long time = compute.start();
    convolver.run(compute, input, ending, output);
    compute.stop(convolver.operation(), time);
  }
}
