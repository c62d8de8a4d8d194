package io.github.espalier.examples.study.plan;

import com.google.common.hash.Hashing;
import io.github.espalier.core.sparsity.Sparsity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pruned model of a study. Immutable; equal to another one that is pruned in the same way, so
 * that it need be made once only.
 *
 * @param text how the text encoder is pruned; dense if empty
 * @param unet how the U-Net is pruned; dense if empty
 */
public record Configuration(Optional<PrunedPart> text, Optional<PrunedPart> unet) {
  /** The model as it is. */
  public static final Configuration DENSE = new Configuration(Optional.empty(), Optional.empty());

  private static final int ID_LENGTH = 16;

  /**
   * Leaves out parts of which nothing is pruned.
   *
   * @param text how the text encoder is pruned
   * @param unet how the U-Net is pruned
   * @throws IllegalArgumentException if the U-Net is to be calibrated sequentially, or the text
   *     encoder in packages
   */
  public Configuration {
    text = text.filter(Configuration::prunes);
    unet = unet.filter(Configuration::prunes);
    if (unet.isPresent() && unet.get().recipe().sequential()) {
      throw new IllegalArgumentException(
          "the U-Net has no order of blocks to be calibrated sequentially in; it has packages");
    }
    if (text.isPresent() && text.get().recipe().packages().isPresent()) {
      throw new IllegalArgumentException(
          "packages are for the U-Net; the text encoder is calibrated sequentially");
    }
  }

  private static boolean prunes(PrunedPart part) {
    return part.sparsity().compareTo(Sparsity.ZERO) > 0;
  }

  /**
   * Returns how a part is pruned.
   *
   * @param part the part
   * @return recipe and sparsity; empty if it is dense
   */
  public Optional<PrunedPart> part(StudyPart part) {
    return switch (part) {
      case TEXT -> text;
      case UNET -> unet;
    };
  }

  /**
   * Tells whether nothing is pruned.
   *
   * @return true for {@link #DENSE}
   */
  public boolean isDense() {
    return text.isEmpty() && unet.isEmpty();
  }

  /**
   * Returns a name that is the same for equal configurations, in every run and on every machine.
   *
   * @return {@code dense}, or 16 hexadecimal digits of the SHA-256 of the configuration's JSON
   */
  public String id() {
    return isDense()
        ? "dense"
        : Hashing.sha256()
            .hashString(PlanWriter.json(this).toString(), StandardCharsets.UTF_8)
            .toString()
            .substring(0, ID_LENGTH);
  }

  /**
   * Describes the configuration for people.
   *
   * @return such as {@code text encoder 47.5% by magnitude, U-Net 35% by magnitude}
   */
  public String label() {
    List<String> parts = new ArrayList<>();
    for (StudyPart each : StudyPart.values()) {
      part(each).ifPresent(pruned -> parts.add(each.label() + " " + pruned));
    }
    return parts.isEmpty() ? "dense" : String.join(", ", parts);
  }
}
