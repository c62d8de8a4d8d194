package io.github.espalier.sd2.checkpoint;

import com.google.common.collect.ImmutableMap;
import io.github.espalier.core.model.LayerSelection;
import io.github.espalier.sd2.architecture.UnetArchitecture;
import java.util.Collection;
import java.util.Map;

/** The selections of layers that have a name, for Stable Diffusion's components. Stateless. */
public final class Sd2Selections {
  /**
   * What the paper prunes: every Linear of the text encoder's blocks (138 in SD 2) and of the U-Net
   * (216), time embeddings included.
   */
  public static final LayerSelection PAPER = LayerSelection.LINEAR.as("paper");

  /**
   * Every Linear but those of the time embedding, whose inputs have only as many distinct rows as
   * there are timesteps, so that calibration learns little about them.
   */
  public static final LayerSelection LINEAR_NO_TIME =
      withoutTime(LayerSelection.LINEAR, "linear-no-time");

  /** Every Linear and every Conv2d; no embeddings, norms or biases. */
  public static final LayerSelection ALL = LayerSelection.LINEAR_AND_CONV2D.as("all");

  /** Every Linear and every Conv2d but those of the time embedding. */
  public static final LayerSelection ALL_NO_TIME =
      withoutTime(LayerSelection.LINEAR_AND_CONV2D, "all-no-time");

  private static final Map<String, LayerSelection> NAMED =
      ImmutableMap.of(
          "paper", PAPER, "linear-no-time", LINEAR_NO_TIME, "all", ALL, "all-no-time", ALL_NO_TIME);

  private Sd2Selections() {}

  private static LayerSelection withoutTime(LayerSelection selection, String name) {
    return selection
        .and(LayerSelection.where("time", layer -> !UnetArchitecture.isTimeEmbedding(layer.name())))
        .as(name);
  }

  /**
   * Returns the names of the named selections.
   *
   * @return {@code paper}, {@code linear-no-time}, {@code all} and {@code all-no-time}
   */
  public static Collection<String> names() {
    return NAMED.keySet();
  }

  /**
   * Reads a selection as command lines give it.
   *
   * @param text one of {@link #names()}, or a regular expression that a layer's name must contain a
   *     match of
   * @return the selection
   * @throws IllegalArgumentException if the text is neither
   */
  public static LayerSelection parse(String text) {
    LayerSelection named = NAMED.get(text);
    return named != null ? named : LayerSelection.matching(text);
  }
}
