package io.github.espalier.metrics.extract;

import io.github.espalier.metrics.inception.InceptionFeatures;
import io.github.espalier.metrics.inception.InceptionNetwork;
import io.github.espalier.metrics.inception.InceptionTap;
import io.github.espalier.metrics.resize.FloatImage;
import io.github.espalier.sd2.nn.Compute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The FID network, at one of its taps. Only files with all its weights, of their known shapes, are
 * accepted, so what it gives may be called FID.
 */
public final class InceptionFeatureNetwork implements FeatureNetwork, AutoCloseable {
  private final InceptionNetwork network;
  private final InceptionTap tap;
  private final Compute compute;

  private InceptionFeatureNetwork(InceptionNetwork network, InceptionTap tap, Compute compute) {
    this.network = network;
    this.tap = tap;
    this.compute = compute;
  }

  /**
   * Reads the weights.
   *
   * @param weights see {@link InceptionNetwork#load}
   * @param tap where to take features
   * @param compute does the work; remains the caller's
   * @return the network, to be closed
   * @throws io.github.espalier.core.model.CheckpointFormatException if the file has not the weights
   *     of the FID network
   * @throws IOException if it cannot be read
   */
  public static InceptionFeatureNetwork load(Path weights, InceptionTap tap, Compute compute)
      throws IOException {
    return new InceptionFeatureNetwork(InceptionNetwork.load(weights), tap, compute);
  }

  @Override
  public NetworkId id() {
    return NetworkId.known(
        NetworkId.FID_INCEPTION, Integer.toString(tap.width()), network.weightsSha256());
  }

  @Override
  public int features() {
    return tap.width();
  }

  @Override
  public int inputWidth() {
    return InceptionNetwork.USUAL_SIZE;
  }

  @Override
  public int inputHeight() {
    return InceptionNetwork.USUAL_SIZE;
  }

  @Override
  public float[][] compute(List<FloatImage> images) {
    InceptionFeatures features = network.features(compute, images, Set.of(tap));
    float[][] rows = new float[images.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = features.row(tap, i);
    }
    return rows;
  }

  /** Frees the weights. */
  @Override
  public void close() {
    network.close();
  }
}
