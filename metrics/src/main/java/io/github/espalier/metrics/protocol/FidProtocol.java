package io.github.espalier.metrics.protocol;

import io.github.espalier.metrics.image.ImageFormat;
import io.github.espalier.metrics.image.JpegPass;
import io.github.espalier.metrics.resize.ByteResizer;
import io.github.espalier.metrics.resize.FloatImage;
import io.github.espalier.metrics.resize.FloatResizer;
import io.github.espalier.sd2.image.RgbImage;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * How implementations of FID make an input of 299x299 of an image of bytes, in binary32 as they do.
 * They differ in the resizer and in the range of values, which moves FID by several points.
 */
public enum FidProtocol implements ImagePreparation {
  /**
   * pytorch-fid: divides by 255, then bilinear between the nearest pixels without antialiasing,
   * then from -1 to 1. Source: {@code pytorch_fid/fid_score.py} and {@code inception.py}.
   */
  PYTORCH_FID {
    @Override
    public FloatImage prepare(RgbImage image, ImageFormat format) {
      return unitRange(image);
    }
  },
  /**
   * clean-fid's mode {@code clean}: Pillow's bicubic in floats, clipped to 0 to 255 but not
   * rounded, then (x - 128) / 128. Source: {@code cleanfid/resize.py} and {@code
   * inception_torchscript.py}; G. Parmar, R. Zhang and J.-Y. Zhu, On aliased resizing and
   * surprising subtleties in GAN evaluation, CVPR 2022.
   */
  CLEAN_FID {
    @Override
    public FloatImage prepare(RgbImage image, ImageFormat format) {
      return byteRange(FloatResizer.PILLOW_BICUBIC.resize(image, 1, SIZE, SIZE));
    }
  },
  /**
   * clean-fid's mode {@code legacy_pytorch}: as pytorch-fid, but then (x - 128) / 128. Source: as
   * above.
   */
  CLEAN_FID_LEGACY_PYTORCH {
    @Override
    public FloatImage prepare(RgbImage image, ImageFormat format) {
      return byteRange(FloatResizer.TORCH_BILINEAR.resize(image, 1, SIZE, SIZE));
    }
  },
  /**
   * torch-fidelity, and the first FID of all in TensorFlow, which is clean-fid's mode {@code
   * legacy_tensorflow}: TensorFlow 1's bilinear, then (x - 128) / 128. Source: {@code
   * torch_fidelity/feature_extractor_inceptionv3.py}.
   */
  TORCH_FIDELITY {
    @Override
    public FloatImage prepare(RgbImage image, ImageFormat format) {
      return byteRange(FloatResizer.TENSORFLOW1_BILINEAR.resize(image, 1, SIZE, SIZE));
    }
  },
  /**
   * That of samarthramesh/SD2-Pruning: stored as JPEG of quality 75, resized to 299x299 in bytes by
   * Pillow's bicubic without regard to proportions, stored as JPEG again, then pytorch-fid. An
   * image that is read from a JPEG file was stored so already, as the paper's generated images
   * were, and its photographs by others: for it there is the second pass only. Source: {@code
   * Code/get_clip_score.py} and {@code Code/norm_images.py}.
   */
  PAPER {
    @Override
    public FloatImage prepare(RgbImage image, ImageFormat format) {
      RgbImage stored = format == ImageFormat.JPEG ? image : JpegPass.apply(image);
      return unitRange(JpegPass.apply(ByteResizer.PILLOW_BICUBIC.resize(stored, SIZE, SIZE)));
    }

    @Override
    public long workingBytes(int width, int height, ImageFormat format) {
      long stored = format == ImageFormat.JPEG ? 0 : JpegPass.workingBytes(width, height);
      return stored + resizing(width, height);
    }
  };

  /** Width and height of what the FID network was trained on. */
  private static final int SIZE = 299;

  private static final long COLOURS = 3;
  private static final float WHITE = 255;
  private static final float CENTRE = 128;

  private static long resizing(long width, long height) {
    return COLOURS * width * height + COLOURS * Float.BYTES * SIZE * Math.max(width, height);
  }

  private static FloatImage unitRange(RgbImage image) {
    FloatImage unit = FloatResizer.TORCH_BILINEAR.resize(image, WHITE, SIZE, SIZE);
    return map(unit, x -> 2 * (float) x - 1);
  }

  private static FloatImage byteRange(FloatImage image) {
    return map(image, x -> ((float) Math.max(0, Math.min(WHITE, x)) - CENTRE) / CENTRE);
  }

  /** The functions compute in binary32; their results are widened without loss. */
  private static FloatImage map(FloatImage image, DoubleUnaryOperator function) {
    float[] values = image.values();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) function.applyAsDouble(values[i]);
    }
    return new FloatImage(image.channels(), image.width(), image.height(), values);
  }

  @Override
  public String protocol() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A copy of the bytes, and the floats between the two passes of a resizer. */
  @Override
  public long workingBytes(int width, int height, ImageFormat format) {
    return resizing(width, height);
  }

  @Override
  public int width() {
    return SIZE;
  }

  @Override
  public int height() {
    return SIZE;
  }
}
