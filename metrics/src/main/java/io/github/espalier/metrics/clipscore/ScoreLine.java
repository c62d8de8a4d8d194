package io.github.espalier.metrics.clipscore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.metrics.extract.SkippedImage;
import java.util.Optional;

/**
 * What a run found out about one pair.
 *
 * @param sha256 of the image's file
 * @param score the cosines; 0 for an image that was skipped
 * @param problem why it was skipped, if it was
 */
record ScoreLine(String sha256, PairScore score, Optional<String> problem) {
  static ScoreLine skipped(String sha256, CaptionedFile pair, String problem) {
    PairScore none = new PairScore(pair.name(), pair.caption(), 0, 0);
    return new ScoreLine(sha256, none, Optional.of(problem));
  }

  boolean isSkipped() {
    return problem.isPresent();
  }

  SkippedImage skippedImage() {
    return new SkippedImage(score.image(), problem.orElse(""));
  }

  ObjectNode json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("image", score.image()).put("caption", score.caption()).put("sha256", sha256);
    if (problem.isPresent()) {
      return node.put("skipped", problem.get());
    }
    return node.put("cosine", score.cosine()).put("prefixedCosine", score.prefixedCosine());
  }

  /** Empty if this is no line of a pair. */
  static Optional<ScoreLine> parse(JsonNode node) {
    boolean skipped = node.path("skipped").isTextual();
    boolean scored = node.path("cosine").isNumber() && node.path("prefixedCosine").isNumber();
    if (skipped == scored
        || !node.path("image").isTextual()
        || !node.path("caption").isTextual()
        || !node.path("sha256").isTextual()) {
      return Optional.empty();
    }
    PairScore score =
        new PairScore(
            node.path("image").asText(),
            node.path("caption").asText(),
            node.path("cosine").asDouble(),
            node.path("prefixedCosine").asDouble());
    Optional<String> problem =
        skipped ? Optional.of(node.path("skipped").asText()) : Optional.empty();
    return Optional.of(new ScoreLine(node.path("sha256").asText(), score, problem));
  }
}
