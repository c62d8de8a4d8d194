package io.github.espalier.sd2.pipeline;

/** Hears of the U-Net's evaluations for one image, on the thread that makes them. */
public interface SamplingListener {
  /**
   * The U-Net is about to be evaluated.
   *
   * @param call how many evaluations are done
   */
  default void before(int call) {}

  /**
   * The U-Net has been evaluated, and the latents are changed.
   *
   * @param call how many evaluations were done before
   */
  default void after(int call) {}
}
