package io.github.espalier.metrics.extract;

import io.github.espalier.metrics.clip.ClipFraming;
import io.github.espalier.metrics.clip.ClipModel;
import io.github.espalier.metrics.clip.ClipPreparation;
import io.github.espalier.metrics.clip.ClipPreprocess;
import io.github.espalier.metrics.clip.ClipVisionConfig;
import io.github.espalier.metrics.resize.FloatImage;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Elementwise;
import java.util.List;

/**
 * A CLIP model's image tower as a network of features, which are its embeddings: for CMMD, and for
 * Fréchet distances, which are then not FID. Takes images as {@link ClipPreparation} makes them.
 */
public final class ClipFeatureNetwork implements FeatureNetwork {
  private static final String NAME = "clip";
  private static final String TAP = "image embedding";

  /** Only a tower of these sizes has the name of the network of CMMD. */
  private static final ClipVisionConfig TOWER_OF_CMMD =
      new ClipVisionConfig(336, 14, 1024, 4096, 24, 16, Elementwise.Activation.QUICK_GELU, 1e-5);

  private static final int WIDTH_OF_CMMD = 768;

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

  /**
   * Tells whether features are embeddings of images by a CLIP model.
   *
   * @param origin what made them
   * @return true for any model
   */
  public static boolean isClip(FeatureOrigin origin) {
    String name = origin.network().name();
    return origin.network().tap().equals(TAP)
        && (name.equals(NAME) || name.equals(NetworkId.CMMD_CLIP));
  }

  /**
   * Tells whether the discrepancy of features is CMMD: embeddings by a model of the sizes of
   * OpenAI's ViT-L/14 at 336 pixels, of images framed as {@link ClipFraming#CMMD} does it.
   *
   * @param origin what made them
   * @return false for other models, sizes and framings
   */
  public static boolean isOfCmmd(FeatureOrigin origin) {
    ClipPreprocess preprocess =
        ClipPreprocess.openAi(TOWER_OF_CMMD.imageSize()).withFraming(ClipFraming.CMMD);
    return isClip(origin)
        && origin.network().name().equals(NetworkId.CMMD_CLIP)
        && origin.protocol().equals(new ClipPreparation(preprocess).protocol());
  }

  /** What results call a model of certain sizes. */
  static String name(ClipVisionConfig tower, int width) {
    return tower.equals(TOWER_OF_CMMD) && width == WIDTH_OF_CMMD ? NetworkId.CMMD_CLIP : NAME;
  }

  @Override
  public NetworkId id() {
    return NetworkId.known(name(model.config().vision(), features()), TAP, model.fingerprint());
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
      rows[i] = model.embedPrepared(compute, images.get(i));
    }
    return rows;
  }
}
