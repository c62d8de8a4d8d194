package io.github.espalier.sd2.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What {@code make_scheduler_golden.py} wrote, and the models of tests. */
final class Golden {
  private Golden() {}

  static JsonNode json() {
    try (InputStream in =
        Objects.requireNonNull(Golden.class.getResourceAsStream("scheduler-golden.json"))) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<JsonNode> list(String name) {
    return StreamSupport.stream(json().get(name).spliterator(), false);
  }

  static double[] doubles(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  static float[] floats(JsonNode list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).floatValue();
    }
    return values;
  }

  /** The model of the script's runs. */
  static float[] model(float[] x, double t) {
    float[] output = new float[x.length];
    for (int j = 0; j < x.length; j++) {
      output[j] = (float) (0.5 * x[j] * t / (t + 1) + 0.1 * (j - 5));
    }
    return output;
  }
}
