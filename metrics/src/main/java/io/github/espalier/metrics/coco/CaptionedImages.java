package io.github.espalier.metrics.coco;

import com.google.common.collect.ImmutableList;
import io.github.espalier.metrics.random.NumpyChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Images of COCO with a caption each. Immutable.
 *
 * @param images the images, in order
 */
public record CaptionedImages(List<CaptionedImage> images) {
  private static final int PAPERS_COUNT = 10_000;
  private static final long PAPERS_SEED = 0;
  private static final long MAX_SEED = 0xffffffffL;

  /**
   * Copies the list.
   *
   * @param images the images, in order
   */
  public CaptionedImages {
    images = ImmutableList.copyOf(images);
  }

  /**
   * Reads the first caption of each image from a file such as {@code captions_train2017.json}.
   *
   * @param file the file: a JSON object with the arrays {@code annotations} and {@code images}
   * @return the images, in the order of their first captions in the file
   * @throws io.github.espalier.core.model.CheckpointFormatException if the file is no such JSON,
   *     has no captions, or a caption belongs to no image of the file; the message names the file
   * @throws IOException if the file cannot be read
   */
  public static CaptionedImages readFirstCaptions(Path file) throws IOException {
    return new CaptionedImages(new FirstCaptions(file).read());
  }

  /**
   * Makes the paper's choice: 10,000 images with seed 0. Of the 118,287 of {@code
   * captions_train2017.json} these are the ones that its numbers are of. Source: {@code main.py} of
   * samarthramesh/SD2-Pruning.
   *
   * @return the chosen images, in the order of the choice
   * @throws IllegalArgumentException if there are fewer than 10,000
   */
  public CaptionedImages papersChoice() {
    return choose(PAPERS_COUNT, PAPERS_SEED);
  }

  /**
   * Chooses as NumPy does with {@code np.random.seed(seed); np.random.choice(n, count,
   * replace=False)}.
   *
   * @param count how many, from 0 to the number of images
   * @param seed from 0 to 2<sup>32</sup> - 1
   * @return the chosen images, in the order of the choice
   * @throws IllegalArgumentException if the count or the seed is out of range
   */
  public CaptionedImages choose(int count, long seed) {
    if (count < 0 || count > images.size()) {
      throw new IllegalArgumentException(
          "choose " + count + " images, expected 0 to the " + images.size() + " there are");
    }
    if (seed < 0 || seed > MAX_SEED) {
      throw new IllegalArgumentException(
          "seed is " + seed + ", expected 0 to " + MAX_SEED + ", as NumPy takes");
    }
    ImmutableList.Builder<CaptionedImage> chosen = ImmutableList.builder();
    for (int index : new NumpyChoice((int) seed).draw(images.size(), count)) {
      chosen.add(images.get(index));
    }
    return new CaptionedImages(chosen.build());
  }
}
