package io.github.espalier.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads {@code --pytorch}: seconds, or the file with the line that a script printed. */
final class PytorchTime {
  private static final String OWN_TYPE = "float32";

  private final CommandSpec spec;
  private final String script;
  private final Map<String, Integer> options;

  /** Takes the options that both have, by their names, so that both measure the same. */
  PytorchTime(CommandSpec spec, String script, Map<String, Integer> options) {
    this.spec = spec;
    this.script = script;
    this.options = options;
  }

  double seconds(String value) throws IOException {
    try {
      return positive(Double.parseDouble(value));
    } catch (NumberFormatException e) {
      Path file = Path.of(value);
      if (!Files.isRegularFile(file)) {
        throw new ParameterException(
            spec.commandLine(), "--pytorch " + value + " is neither a number nor a file", e);
      }
      return fromFile(file);
    }
  }

  private double fromFile(Path file) throws IOException {
    JsonNode result;
    try {
      result = new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException | CharConversionException e) {
      throw notATiming(file, e);
    }
    if (!result.path("median").isNumber()) {
      throw notATiming(file, null);
    }
    options.forEach(
        (name, value) ->
            checkSame(file, result, name, IntNode.valueOf(value), "--" + name + " is " + value));
    checkSame(
        file, result, "dtype", TextNode.valueOf(OWN_TYPE), "Espalier computes in " + OWN_TYPE);
    return positive(result.path("median").asDouble());
  }

  private ParameterException notATiming(Path file, @Nullable IOException cause) {
    return new ParameterException(
        spec.commandLine(), "--pytorch: " + file + " is not what " + script + " printed", cause);
  }

  private void checkSame(Path file, JsonNode result, String name, JsonNode own, String here) {
    JsonNode there = result.path(name);
    if (!there.isMissingNode() && !there.equals(own)) {
      throw new ParameterException(
          spec.commandLine(),
          "--pytorch: "
              + file
              + " was measured with "
              + name
              + " "
              + there.asText()
              + ", but "
              + here);
    }
  }

  private double positive(double seconds) {
    if (!(seconds > 0) || Double.isInfinite(seconds)) {
      throw new ParameterException(
          spec.commandLine(), "--pytorch: expected seconds above 0, found " + seconds);
    }
    return seconds;
  }
}
