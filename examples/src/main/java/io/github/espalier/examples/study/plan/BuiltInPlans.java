package io.github.espalier.examples.study.plan;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.text.NearestNames;
import io.github.espalier.sd2.json.JsonFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** The plans that ship with Espalier. */
final class BuiltInPlans {
  static final List<String> NAMES = List.of("paper", "beyond", "demo");

  private BuiltInPlans() {}

  static StudyPlan named(String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "unknown plan '"
              + name
              + "'; available: "
              + String.join(", ", NAMES)
              + "; nearest: "
              + NearestNames.list(name, NAMES));
    }
    String resource = name + ".json";
    try (InputStream in = BuiltInPlans.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException("the examples' jar lacks " + resource);
      }
      return PlanReader.plan(
          PlanElement.of(new JsonFile(Path.of(resource), new ObjectMapper().readTree(in))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
