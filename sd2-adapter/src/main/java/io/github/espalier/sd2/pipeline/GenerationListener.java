package io.github.espalier.sd2.pipeline;

import java.io.IOException;

/**
 * Hears of images while they are made. Calls come from several threads, but never two at a time;
 * images of a batch finish in any order.
 */
public interface GenerationListener {
  /**
   * The network has been evaluated once more for an image.
   *
   * @param index the request's place in the list, from 0
   * @param call how many evaluations are done, from 1
   * @param calls how many there will be
   */
  default void step(int index, int call, int calls) {}

  /**
   * An image is finished.
   *
   * @param image the image, which nothing else keeps
   * @throws IOException if it cannot be stored; the generation stops then
   */
  void image(GeneratedImage image) throws IOException;
}
