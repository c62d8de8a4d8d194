package io.github.espalier.sd2.tokenizer;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Token ids by the reference implementations, and where they lie. */
final class GoldenTokens {
  /**
   * A text with its ids.
   *
   * @param text what was tokenized
   * @param ids without start and end
   */
  record Golden(String text, List<Integer> ids) {}

  private GoldenTokens() {}

  /** A column of clip-golden.tsv. */
  static List<Golden> column(String name) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> lines = lines("clip-golden.tsv");
    int column = Arrays.asList(lines.get(0).split("\t", -1)).indexOf(name);
    List<Golden> golden = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t", -1);
      List<Integer> ids = new ArrayList<>();
      for (String id : cells[column].split(" ", -1)) {
        if (!id.isEmpty()) {
          ids.add(Integer.valueOf(id));
        }
      }
      golden.add(new Golden(json.readValue(cells[0], String.class), ids));
    }
    return golden;
  }

  static List<String> lines(String resource) throws IOException {
    try (InputStream stream = open(resource)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  static InputStream open(String resource) {
    return requireNonNull(GoldenTokens.class.getResourceAsStream(resource), resource);
  }

  /** The tokenizer folder of a small checkpoint, with 574 tokens. */
  static Path small(String checkpoint) {
    String name = "/io/github/espalier/sd2/checkpoint/" + checkpoint + "/tokenizer";
    try {
      return Path.of(requireNonNull(GoldenTokens.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
