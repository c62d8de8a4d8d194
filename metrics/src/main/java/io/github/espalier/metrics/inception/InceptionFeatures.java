package io.github.espalier.metrics.inception;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Features of images, in binary32. Immutable. */
public final class InceptionFeatures {
  private final int images;
  private final ImmutableMap<InceptionTap, List<float[]>> rows;

  /** Takes lists of as many rows each as there are images; nobody else changes the rows. */
  InceptionFeatures(int images, Map<InceptionTap, List<float[]>> rows) {
    this.images = images;
    this.rows = ImmutableMap.copyOf(rows);
  }

  /**
   * Returns the number of images.
   *
   * @return 1 or more
   */
  public int images() {
    return images;
  }

  /**
   * Returns where features were taken.
   *
   * @return in the order of their declaration
   */
  public Set<InceptionTap> taps() {
    return rows.keySet();
  }

  /**
   * Returns the features of one image.
   *
   * @param tap where
   * @param image its place in the list of images
   * @return a copy, as many as the tap is wide
   * @throws IllegalArgumentException if nothing was taken there
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public float[] row(InceptionTap tap, int image) {
    Objects.checkIndex(image, images);
    List<float[]> all = rows.get(tap);
    if (all == null) {
      throw new IllegalArgumentException("no features were taken at " + tap + " but at " + taps());
    }
    return all.get(image).clone();
  }

  @Override
  public String toString() {
    return "features of " + images + " images at " + taps();
  }
}
