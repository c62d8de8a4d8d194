package io.github.espalier.metrics.extract;

import io.github.espalier.metrics.resize.FloatImage;
import java.util.List;

/** A network that makes a vector of features of an image. For one thread at a time. */
public interface FeatureNetwork {
  /**
   * Says which network it is.
   *
   * @return its identity
   */
  NetworkId id();

  /**
   * Returns the number of features of an image.
   *
   * @return at least 1
   */
  int features();

  /**
   * Returns the width of the images that it takes.
   *
   * @return pixels
   */
  int inputWidth();

  /**
   * Returns the height of the images that it takes.
   *
   * @return pixels
   */
  int inputHeight();

  /**
   * Computes features.
   *
   * @param images at least one, of three planes of the size above
   * @return a row for each image, in their order
   * @throws java.util.concurrent.CancellationException if the network was given a way to stop, and
   *     is to
   */
  float[][] compute(List<FloatImage> images);
}
