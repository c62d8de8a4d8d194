package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.calibration.Captions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the captions of a plan. */
final class CaptionSource {
  private CaptionSource() {}

  /**
   * Reads captions: those that ship with Espalier without a file; the first of each image of COCO's
   * {@code .json}; the {@code prompt} of each line of a {@code .jsonl}; or else the lines of a
   * text.
   */
  static Captions read(Optional<Path> file, int limit) throws IOException {
    if (file.isEmpty()) {
      return Captions.defaults().limitedTo(limit);
    }
    String name = file.get().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".jsonl")) {
      return prompts(file.get()).limitedTo(limit);
    }
    return name.endsWith(".json")
        ? Captions.readCoco(file.get(), Captions.CocoChoice.FIRST_OF_EACH_IMAGE, limit)
        : Captions.readLines(file.get(), limit);
  }

  private static Captions prompts(Path file) throws IOException {
    List<String> prompts = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      if (!line.isBlank()) {
        prompts.add(prompt(file, number, line));
      }
    }
    if (prompts.isEmpty()) {
      throw CheckpointFormatException.of(file, "has no captions");
    }
    return new Captions(prompts);
  }

  private static String prompt(Path file, int number, String line) {
    JsonNode found;
    try {
      found = StudyJson.MAPPER.readTree(line).path("prompt");
    } catch (JsonProcessingException e) {
      throw CheckpointFormatException.of(
          file, "line " + number + " is not JSON: " + e.getOriginalMessage(), e);
    }
    if (!found.isTextual()) {
      throw CheckpointFormatException.of(
          file, "line " + number + " has no \"prompt\" that is a text");
    }
    return found.textValue();
  }
}
