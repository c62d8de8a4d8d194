package io.github.espalier.sd2.noise;

import java.util.List;

/**
 * The noise a batch of images starts from, in the order in which diffusers' pipelines draw it.
 *
 * <p>A pipeline given one generator draws the whole batch as one tensor, so an image's noise
 * depends on its place in the batch. A pipeline given a list of generators draws each image from
 * its own, so an image's noise depends on its seed alone, whatever the size of the batch. The two
 * agree on the first image as long as an image has a multiple of 16 values, as those of Stable
 * Diffusion have.
 *
 * <p>The noise has unit variance; the initial noise scale of a sampler is still to be multiplied
 * in.
 *
 * <p>Source: {@code randn_tensor} in {@code diffusers/utils/torch_utils.py}.
 */
public final class LatentNoise {
  private LatentNoise() {}

  /**
   * Draws each image from a generator of its own: {@code generator=[...]}.
   *
   * @param generators one for each image, no two the same; each is advanced
   * @param channels channels of an image, at least 1; 4
   * @param height height of the latent image, at least 1; that of the image over 8
   * @param width width of the latent image, at least 1; that of the image over 8
   * @return the noise, [images, channels, height, width]
   * @throws IllegalArgumentException if there is no generator, one is there twice, a size is less
   *     than 1, or the whole has more than 2<sup>31</sup> - 1 values
   */
  public static float[] perImage(
      List<TorchRandom> generators, int channels, int height, int width) {
    int size = size(generators.size(), channels, height, width) / generators.size();
    if (generators.stream().distinct().count() != generators.size()) {
      throw new IllegalArgumentException(
          "generators: one is there twice; each image needs its own");
    }
    float[] all = new float[size * generators.size()];
    for (int i = 0; i < generators.size(); i++) {
      System.arraycopy(generators.get(i).normals(size), 0, all, i * size, size);
    }
    return all;
  }

  /**
   * Draws a batch from one generator: {@code generator=g}.
   *
   * @param generator the generator, which is advanced
   * @param images number of images, at least 1
   * @param channels channels of an image, at least 1; 4
   * @param height height of the latent image, at least 1; that of the image over 8
   * @param width width of the latent image, at least 1; that of the image over 8
   * @return the noise, [images, channels, height, width]
   * @throws IllegalArgumentException if a size is less than 1, or the whole has more than
   *     2<sup>31</sup> - 1 values
   */
  public static float[] together(
      TorchRandom generator, int images, int channels, int height, int width) {
    return generator.normals(size(images, channels, height, width));
  }

  private static int size(int images, int channels, int height, int width) {
    long size = 1;
    for (int side : new int[] {images, channels, height, width}) {
      if (side < 1) {
        throw new IllegalArgumentException(
            shape(images, channels, height, width) + ": each must be at least 1");
      }
      // Both factors fit an int, so the product fits a long.
      size *= side;
      if (size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            shape(images, channels, height, width) + ": more than 2^31 - 1 values");
      }
    }
    return (int) size;
  }

  private static String shape(int images, int channels, int height, int width) {
    return "shape [" + images + ", " + channels + ", " + height + ", " + width + "]";
  }
}
