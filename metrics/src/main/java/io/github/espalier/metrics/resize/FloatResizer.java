package io.github.espalier.metrics.resize;

import io.github.espalier.sd2.image.RgbImage;

/**
 * Resizes images of floats, within 1e-6 of their range of what the library named does on a CPU,
 * with one thread. Results are not clipped: the bicubic ones can leave the range of the image. NaN
 * and infinite values spread to all pixels that they have a part in.
 *
 * <p>Safe for use by many threads.
 */
public enum FloatResizer {
  /**
   * Pillow's {@code Image.resize} with {@code BICUBIC} in mode F, bit for bit: R. Keys' cubic
   * convolution with a = -0.5, widened when it reduces. That of clean-fid. Source: Pillow, {@code
   * src/libImaging/Resample.c}.
   */
  PILLOW_BICUBIC,
  /**
   * Pillow's {@code Image.resize} with {@code BILINEAR} in mode F, bit for bit: a triangle, widened
   * when it reduces. Source: as above.
   */
  PILLOW_BILINEAR,
  /**
   * PyTorch's {@code interpolate} with {@code mode="bilinear", align_corners=False}: between the
   * two nearest pixels also when it reduces. That of pytorch-fid. PyTorch with several threads
   * rounds positions differently, and results differ by up to 4e-6 of the range. Source: PyTorch,
   * {@code aten/src/ATen/native/cpu/UpSampleKernel.cpp}.
   */
  TORCH_BILINEAR,
  /**
   * PyTorch's {@code interpolate} with {@code mode="bilinear", antialias=True,
   * align_corners=False}: a triangle, widened when it reduces. That of torchmetrics' FID. Source:
   * as above.
   */
  TORCH_BILINEAR_ANTIALIAS,
  /**
   * PyTorch's {@code interpolate} with {@code mode="bicubic", align_corners=False}: R. Keys' cubic
   * convolution with a = -0.75 over four pixels also when it reduces. Source: as above.
   */
  TORCH_BICUBIC,
  /**
   * TensorFlow 1's {@code resize_bilinear} with {@code align_corners=False,
   * half_pixel_centers=False}: output x is at input x times the ratio of the widths. That of the
   * first FID and of torch-fidelity. Source: TensorFlow, {@code
   * core/kernels/image_resizer_state.h}.
   */
  TENSORFLOW1_BILINEAR;

  /**
   * Resizes each plane of an image.
   *
   * @param image the image
   * @param width values in a row of the result, at least 1
   * @param height rows of a plane of the result, at least 1
   * @return an image of that size and as many planes
   * @throws IllegalArgumentException if the size is less than 1x1, or if {@code width} times either
   *     height is more than an array holds
   */
  public FloatImage resize(FloatImage image, int width, int height) {
    return resize(PlaneRows.of(image), width, height);
  }

  /**
   * Resizes an image of bytes, each divided first. Gives what {@link #resize(FloatImage, int, int)}
   * gives of {@link FloatImage#of} {@link FloatImage#dividedBy} the divisor, bit for bit, but never
   * holds the image as floats: beside a copy of its bytes there are only 12 bytes for each pixel of
   * the new width and the old height, or the old width and the new height.
   *
   * @param image the image
   * @param divisor by what bytes are divided, 1 to leave them
   * @param width values in a row of the result, at least 1
   * @param height rows of a plane of the result, at least 1
   * @return an image of that size and three planes
   * @throws IllegalArgumentException as for {@link #resize(FloatImage, int, int)}
   */
  public FloatImage resize(RgbImage image, float divisor, int width, int height) {
    return resize(PlaneRows.of(image, divisor), width, height);
  }

  private FloatImage resize(PlaneRows image, int width, int height) {
    Sizes.require(image.channels(), width, height);
    Sizes.require(image.channels(), width, image.height());
    return FloatPasses.resize(image, kernel(), width, height);
  }

  private Kernel kernel() {
    return switch (this) {
      case PILLOW_BICUBIC -> PillowKernel.BICUBIC;
      case PILLOW_BILINEAR -> PillowKernel.BILINEAR;
      case TORCH_BILINEAR -> TorchKernel.BILINEAR;
      case TORCH_BILINEAR_ANTIALIAS -> TorchKernel.BILINEAR_ANTIALIAS;
      case TORCH_BICUBIC -> TorchKernel.BICUBIC;
      case TENSORFLOW1_BILINEAR -> new Tensorflow1Kernel();
    };
  }
}
