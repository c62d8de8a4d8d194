package io.github.espalier.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.metrics.protocol.ImagePreparation;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** What {@code make_fid_golden.py} found. */
public final class FidGolden {
  private FidGolden() {}

  /** The numbers of a protocol. */
  public static JsonNode of(ImagePreparation protocol) throws IOException {
    try (InputStream in = FidGolden.class.getResourceAsStream("fid-golden.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in)).get(protocol.protocol());
    }
  }
}
