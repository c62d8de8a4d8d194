package io.github.espalier.metrics.clipscore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.EspalierVersion;
import io.github.espalier.metrics.clip.ClipFraming;
import io.github.espalier.metrics.clip.ClipPreprocess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run must have in common with the one that it goes on with.
 *
 * @param protocol what makes the scores
 * @param pairs how many pairs there are
 * @param version that of Espalier
 */
record ScoreHeader(ClipScoreProtocol protocol, int pairs, String version) {
  private static final String FORMAT = "espalier-clipscore-1";

  static ScoreHeader of(ClipScoreProtocol protocol, int pairs) {
    return new ScoreHeader(protocol, pairs, EspalierVersion.current());
  }

  ObjectNode json() {
    ClipPreprocess preprocess = protocol.preprocess();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("format", FORMAT).put("version", version).put("pairs", pairs);
    node.put("model", protocol.model()).put("prefix", protocol.prefix());
    node.put("framing", preprocess.framing().name()).put("size", preprocess.size());
    preprocess.mean().forEach(node.putArray("mean")::add);
    preprocess.deviation().forEach(node.putArray("deviation")::add);
    return node;
  }

  /** Empty if this is no header of scores. */
  static Optional<ScoreHeader> parse(JsonNode node) {
    if (!node.path("format").asText().equals(FORMAT)) {
      return Optional.empty();
    }
    try {
      ClipPreprocess preprocess =
          new ClipPreprocess(
              node.path("size").asInt(),
              ClipFraming.valueOf(node.path("framing").asText()),
              numbers(node.path("mean")),
              numbers(node.path("deviation")));
      ClipScoreProtocol protocol =
          new ClipScoreProtocol(
              node.path("model").asText(), preprocess, node.path("prefix").asText());
      return Optional.of(
          new ScoreHeader(protocol, node.path("pairs").asInt(), node.path("version").asText()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static List<Double> numbers(JsonNode array) {
    List<Double> numbers = new ArrayList<>();
    array.forEach(number -> numbers.add(number.asDouble()));
    return numbers;
  }

  /** Says how this differs from another run's; empty if it does not. */
  String differenceFrom(ScoreHeader other) {
    String difference = protocol.differenceFrom(other.protocol);
    if (!difference.isEmpty()) {
      return difference;
    }
    if (pairs != other.pairs) {
      return pairs + " pairs, not " + other.pairs;
    }
    return version.equals(other.version)
        ? ""
        : "version " + version + " of Espalier, not " + other.version;
  }
}
