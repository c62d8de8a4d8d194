package io.github.espalier.sd2.calibration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.EspalierVersion;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.Layer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Names and metadata of statistics files. */
final class StatisticsFormat {
  static final String SUMS = "#sums";
  static final String SQUARES = "#squares";
  static final String COUNTS = "#counts";
  static final String GRAM = "#gram";

  static final String VERSION_KEY = "espalier.version";

  private static final String FORMAT_KEY = "espalier.format";
  private static final String FORMAT = "statistics-1";
  private static final String WEIGHTS_KEY = "espalier.weights";
  private static final String CAPTIONS_KEY = "espalier.captions";
  private static final String COUNT_KEY = "espalier.captionCount";
  private static final String SETTINGS_KEY = "espalier.settings";
  private static final String PRUNING_KEY = "espalier.pruning";
  private static final String LAYERS_KEY = "espalier.layers";
  private static final ObjectMapper JSON = new ObjectMapper();

  private StatisticsFormat() {}

  /** Elements of the upper triangle. */
  static long packed(int width) {
    return (long) width * (width + 1) / 2;
  }

  static Map<String, String> metadata(
      CalibrationFingerprint fingerprint, Map<String, List<String>> layers) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(FORMAT_KEY, FORMAT);
    metadata.put(VERSION_KEY, EspalierVersion.current());
    metadata.put(CAPTIONS_KEY, fingerprint.captions());
    metadata.put(COUNT_KEY, Integer.toString(fingerprint.captionCount()));
    metadata.put(SETTINGS_KEY, fingerprint.settings());
    fingerprint.pruning().ifPresent(pruning -> metadata.put(PRUNING_KEY, pruning));
    try {
      metadata.put(WEIGHTS_KEY, JSON.writeValueAsString(fingerprint.weights()));
      metadata.put(LAYERS_KEY, JSON.writeValueAsString(layers));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("text can always be written as JSON", e);
    }
    return metadata;
  }

  /** The layers of each group by the name that its sums have. */
  static Map<String, List<String>> layers(List<InputGroup> groups) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    for (InputGroup group : groups) {
      names.put(
          group.leader().qualifiedName(),
          group.layers().stream().map(Layer::qualifiedName).toList());
    }
    return names;
  }

  static CalibrationFingerprint fingerprint(Path file, Map<String, String> metadata) {
    require(file, metadata, FORMAT_KEY, FORMAT);
    try {
      return new CalibrationFingerprint(
          JSON.readValue(find(file, metadata, WEIGHTS_KEY), new TypeReference<>() {}),
          find(file, metadata, CAPTIONS_KEY),
          Integer.parseInt(find(file, metadata, COUNT_KEY)),
          find(file, metadata, SETTINGS_KEY),
          Optional.ofNullable(metadata.get(PRUNING_KEY)));
    } catch (JsonProcessingException | NumberFormatException e) {
      throw CheckpointFormatException.of(file, "has malformed metadata of a calibration", e);
    }
  }

  static Map<String, List<String>> layers(Path file, Map<String, String> metadata) {
    try {
      return JSON.readValue(find(file, metadata, LAYERS_KEY), new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw CheckpointFormatException.of(
          file, "metadata '" + LAYERS_KEY + "' is no JSON object of lists of layers", e);
    }
  }

  private static void require(
      Path file, Map<String, String> metadata, String key, String expected) {
    String found = metadata.get(key);
    if (!expected.equals(found)) {
      throw CheckpointFormatException.of(
          file,
          "is no file of statistics: its metadata has "
              + key
              + " = "
              + found
              + ", expected "
              + expected);
    }
  }

  private static String find(Path file, Map<String, String> metadata, String key) {
    String value = metadata.get(key);
    if (value == null) {
      throw CheckpointFormatException.of(file, "metadata '" + key + "' is missing");
    }
    return value;
  }
}
