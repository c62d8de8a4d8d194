package io.github.espalier.metrics.clip;

import io.github.espalier.metrics.extract.FeatureNetwork;
import io.github.espalier.metrics.extract.NetworkId;
import io.github.espalier.metrics.resize.FloatImage;
import io.github.espalier.sd2.nn.Compute;
import java.util.List;

/**
 * A CLIP model's image tower as a network of features, which are its embeddings: for CMMD, and for
 * Fréchet distances, which are then not FID. Takes images as {@link ClipPreparation} makes them.
 */
public final class ClipFeatureNetwork implements FeatureNetwork {
  /** What results call this network, whichever weights it has. */
  public static final String NAME = "clip";

  private final ClipModel model;
  private final Compute compute;

  /**
   * Uses a model.
   *
   * @param model the model, which remains the caller's
   * @param compute does the work; remains the caller's
   */
  public ClipFeatureNetwork(ClipModel model, Compute compute) {
    this.model = model;
    this.compute = compute;
  }

  @Override
  public NetworkId id() {
    return NetworkId.of(NAME, "image embedding", model.fingerprint());
  }

  @Override
  public int features() {
    return model.config().projectionDim();
  }

  @Override
  public int inputWidth() {
    return model.config().vision().imageSize();
  }

  @Override
  public int inputHeight() {
    return model.config().vision().imageSize();
  }

  @Override
  public float[][] compute(List<FloatImage> images) {
    float[][] rows = new float[images.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = model.embedPixels(compute, ClipPreparation.pixels(images.get(i)));
    }
    return rows;
  }
}
