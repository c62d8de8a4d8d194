package io.github.espalier.metrics.inception;

import com.google.common.collect.ImmutableMap;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.metrics.resize.FloatImage;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.Pooling;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The network whose features the Fréchet Inception Distance compares: TensorFlow's Inception of
 * 2015-12-05 as pytorch-fid runs it, without its classifier. It is not torchvision's, which pools
 * otherwise and has other weights.
 *
 * <p>Its 94 convolutions have 21,785,568 parameters and 34,432 running statistics, in 470 tensors.
 * Batch norms are folded into the convolutions when the weights are read.
 *
 * <p>Holds about 100 MB of native memory until closed; a run of 16 images of 299x299 needs about
 * another 500 MB, which belong to its {@link Compute} and are used again by the next run. Immutable
 * but for closing; safe for use by many threads, each with its own {@link Compute}.
 */
public final class InceptionNetwork implements AutoCloseable {
  /** The least height and width of an image: with less nothing is left at the end. */
  public static final int LEAST_SIZE = 75;

  /** The height and width that the network was trained with. */
  public static final int USUAL_SIZE = 299;

  private static final int CHANNELS = 3;

  /** Images that run at a time, whatever the number given, so that memory stays bounded. */
  private static final int MOST_IMAGES = 16;

  private final TensorScope scope;
  private final ImmutableMap<InceptionTap, Step> parts;
  private final String sha256;

  private InceptionNetwork(TensorScope scope, Map<InceptionTap, Step> parts, String sha256) {
    this.scope = scope;
    this.parts = ImmutableMap.copyOf(parts);
    this.sha256 = sha256;
  }

  /**
   * Reads the weights.
   *
   * @param file a safetensors file with the tensors of pytorch-fid's {@code
   *     pt_inception-2015-12-05}, of type F16, BF16, F32 or F64, which become binary32. {@code fc}
   *     and {@code num_batches_tracked} may be there and are not used
   * @return the network, to be closed
   * @throws io.github.espalier.core.model.CheckpointFormatException if a tensor is missing, has
   *     another shape or type, is not finite, or is not one of the network's; the message names it
   * @throws IOException if the file cannot be read
   */
  public static InceptionNetwork load(Path file) throws IOException {
    TensorScope scope = new TensorScope();
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      FoldedParameters parameters = new FoldedParameters(open, scope);
      parameters.requireNotTorchvision();
      Map<InceptionTap, Step> parts = new InceptionLayout(parameters).parts();
      parameters.requireNothingElse();
      open.requireUnchanged();
      return new InceptionNetwork(scope, parts, parameters.sha256());
    } catch (IOException | RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  /**
   * Returns what identifies the weights: a SHA-256 over names, shapes and values as binary32. Files
   * with the same weights have the same, whatever their order, metadata and type, as long as that
   * holds the values exactly.
   *
   * @return 64 hexadecimal digits
   */
  public String weightsSha256() {
    return sha256;
  }

  /**
   * Runs the network as far as it is needed.
   *
   * @param compute does the work
   * @param images one or more of the same size, at least {@value #LEAST_SIZE} pixels high and wide,
   *     of three channels, red first, with finite values in the network's range of -1 to 1. Any
   *     number: 16 are taken at a time
   * @param taps where to take features, at least one place
   * @return the features, which do not depend on what else is in the list but for rounding
   * @throws IllegalArgumentException if there are no images or no taps, or an image is not as
   *     described; the message gives its place in the list
   * @throws IllegalStateException if this network is closed
   */
  public InceptionFeatures features(
      Compute compute, List<FloatImage> images, Set<InceptionTap> taps) {
    if (images.isEmpty() || taps.isEmpty()) {
      throw new IllegalArgumentException(
          "found " + images.size() + " images and " + taps.size() + " taps, expected some of both");
    }
    for (int i = 0; i < images.size(); i++) {
      requireSuitable(i, images.get(i), images.get(0));
    }
    Map<InceptionTap, List<float[]>> rows = new EnumMap<>(InceptionTap.class);
    taps.forEach(tap -> rows.put(tap, new ArrayList<>()));
    for (int from = 0; from < images.size(); from += MOST_IMAGES) {
      int to = Math.min(from + MOST_IMAGES, images.size());
      run(compute, input(compute, images, from, to), Collections.max(taps), rows);
    }
    return new InceptionFeatures(images.size(), rows);
  }

  private static void requireSuitable(int index, FloatImage image, FloatImage first) {
    if (image.channels() != CHANNELS || Math.min(image.width(), image.height()) < LEAST_SIZE) {
      throw new IllegalArgumentException(
          String.format(
              "image %d is %s, expected %d planes of at least %dx%d",
              index, image, CHANNELS, LEAST_SIZE, LEAST_SIZE));
    }
    if (image.width() != first.width() || image.height() != first.height()) {
      throw new IllegalArgumentException(
          "image " + index + " is " + image + ", but the first one is " + first);
    }
    for (float value : image.values()) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("image " + index + " has the value " + value);
      }
    }
  }

  /** Puts the channels of each pixel side by side. */
  private static FeatureMap input(Compute compute, List<FloatImage> images, int from, int to) {
    int height = images.get(0).height();
    int width = images.get(0).width();
    int plane = height * width;
    FloatMatrix pixels = compute.take((to - from) * plane, CHANNELS);
    float[] sides = new float[CHANNELS * plane];
    for (int i = from; i < to; i++) {
      float[] values = images.get(i).values();
      for (int at = 0; at < values.length; at++) {
        sides[at % plane * CHANNELS + at / plane] = values[at];
      }
      pixels.put((i - from) * plane, 0, sides, 0, sides.length);
    }
    return new FeatureMap(pixels, to - from, height, width);
  }

  private void run(
      Compute compute, FeatureMap input, InceptionTap last, Map<InceptionTap, List<float[]>> rows) {
    FeatureMap maps = input;
    for (Map.Entry<InceptionTap, Step> part : parts.entrySet()) {
      InceptionTap tap = part.getKey();
      if (tap.compareTo(last) > 0) {
        break;
      }
      FeatureMap next = part.getValue().run(compute, maps);
      compute.release(maps.values());
      maps = next;
      List<float[]> wanted = rows.get(tap);
      if (wanted != null) {
        for (int i = 0; i < maps.samples(); i++) {
          wanted.add(Pooling.mean(maps, i));
        }
      }
    }
    compute.release(maps.values());
  }

  /** Frees the weights. */
  @Override
  public void close() {
    scope.close();
  }
}
