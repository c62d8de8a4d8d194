package io.github.espalier.sd2.nn;

/**
 * Sees what flows through a network while it runs, to calibrate pruning or to look inside.
 *
 * <p>Called on the thread that runs the network, in the order of the computation. Maps are only
 * valid during the call and must not be written.
 */
public interface LayerTap {
  /**
   * A layer is about to multiply its input. Layers that share an input are told of the same object,
   * one after another. Convolutions come here by way of {@link #convolution}.
   *
   * @param layer the name of its weights within the component, such as {@code
   *     down_blocks.0.attentions.0.proj_in.weight}; for the VAE's attention always the {@linkplain
   *     io.github.espalier.sd2.architecture.VaeAttentionNames#NEW newer} one
   * @param input for a convolution, the feature map before padding and unfolding; for a linear
   *     layer, its tokens, where width is 1 and height is the number of tokens of a sample
   */
  default void input(String layer, FeatureMap input) {}

  /**
   * A convolution is about to run.
   *
   * @param layer the name of its weights within the component
   * @param input the feature map before padding and unfolding
   * @param geometry how the kernel moves over it
   */
  default void convolution(String layer, FeatureMap input, Conv2d.Geometry geometry) {
    input(layer, input);
  }

  /**
   * A module has made its output.
   *
   * @param module its name within the component, such as {@code mid_block.resnets.0}
   * @param output what it made
   */
  default void output(String module, FeatureMap output) {}
}
