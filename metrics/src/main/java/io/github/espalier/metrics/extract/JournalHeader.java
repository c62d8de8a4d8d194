package io.github.espalier.metrics.extract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.EspalierVersion;
import java.util.List;
import java.util.Optional;

/**
 * What a run must have in common with the one that it goes on with.
 *
 * @param origin network and protocol
 * @param width features of an image
 * @param batch images that go through the network together: another number may round differently
 * @param version that of Espalier
 */
record JournalHeader(FeatureOrigin origin, int width, int batch, String version) {
  private static final String FORMAT = "espalier-features-journal-1";
  private static final int FIELDS = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  static JournalHeader of(FeatureOrigin origin, int width, int batch) {
    return new JournalHeader(origin, width, batch, EspalierVersion.current());
  }

  byte[] bytes() {
    NetworkId network = origin.network();
    List<String> fields =
        List.of(
            FORMAT,
            version,
            origin.protocol(),
            network.name(),
            network.tap(),
            network.weights(),
            Integer.toString(width),
            Integer.toString(batch));
    try {
      return JSON.writeValueAsBytes(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("text can always be written as JSON", e);
    }
  }

  /** Empty if this is no header of a journal. */
  static Optional<JournalHeader> parse(byte[] bytes) {
    try {
      String[] fields = JSON.readValue(bytes, String[].class);
      if (fields.length != FIELDS || !FORMAT.equals(fields[0])) {
        return Optional.empty();
      }
      NetworkId network = NetworkId.known(fields[3], fields[4], fields[5]);
      return Optional.of(
          new JournalHeader(
              new FeatureOrigin(network, fields[2]),
              Integer.parseInt(fields[6]),
              Integer.parseInt(fields[7]),
              fields[1]));
    } catch (java.io.IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Says how this differs from another run's; empty if it does not. */
  String differenceFrom(JournalHeader other) {
    String difference = origin.differenceFrom(other.origin);
    if (!difference.isEmpty()) {
      return difference;
    }
    if (!version.equals(other.version)) {
      return "version " + version + " of Espalier, not " + other.version;
    }
    if (width != other.width) {
      return width + " features, not " + other.width;
    }
    return batch == other.batch ? "" : "batch " + batch + ", not " + other.batch;
  }
}
