package io.github.espalier.sd2.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import io.github.espalier.core.EspalierVersion;
import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The record of how a checkpoint was made, kept beside its weights. */
final class Provenance {
  /** In a folder. */
  static final String FILE_NAME = "espalier.json";

  private static final String EXTENSION = ".safetensors";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Line ends are the same on every platform, so that the record is. */
  private static final DefaultPrettyPrinter PRINTER =
      new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

  private Provenance() {}

  /** Returns where a checkpoint keeps its record, whether or not it has one. */
  static Path of(Path checkpoint, CheckpointLayout layout) {
    if (layout == CheckpointLayout.DIFFUSERS) {
      return checkpoint.resolve(FILE_NAME);
    }
    // Beside a single file: model.espalier.json for model.safetensors.
    String name = checkpoint.getFileName().toString();
    String stem =
        name.endsWith(EXTENSION) ? name.substring(0, name.length() - EXTENSION.length()) : name;
    return checkpoint.resolveSibling(stem + "." + FILE_NAME);
  }

  /**
   * Completes the record of a pruning: the files it was made from, and the source's own record.
   *
   * <p>Files are told apart by size and by the SHA-256 of their headers. A hash of all data would
   * take about as long as the pruning.
   */
  static byte[] ofPruning(String report, Path source, Contents contents) throws IOException {
    ObjectNode record = (ObjectNode) JSON.readTree(report);
    for (WeightFile file : contents.files()) {
      String name =
          contents.layout() == CheckpointLayout.DIFFUSERS
              ? source.relativize(file.path()).toString().replace('\\', '/')
              : file.path().getFileName().toString();
      record
          .withArray("sourceFiles")
          .addObject()
          .put("file", name)
          .put("bytes", file.header().dataOffset() + file.header().dataSize())
          .put("headerSha256", Hashing.sha256().hashBytes(file.header().rawBytes()).toString());
    }
    Optional<JsonNode> earlier = read(of(source, contents.layout()));
    if (earlier.isPresent()) {
      record.set("previous", earlier.get());
    }
    return bytes(record);
  }

  /** Returns the record of a conversion, if the source has one to pass on. */
  static Optional<byte[]> ofConversion(Sd2Checkpoint source) throws IOException {
    Optional<JsonNode> earlier = read(of(source.source(), source.layout()));
    if (earlier.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode record = JSON.createObjectNode();
    record.put("espalier", EspalierVersion.current());
    record.put("source", source.source().getFileName().toString());
    record.put("convertedFrom", source.layout().name());
    record.set("previous", earlier.get());
    return Optional.of(bytes(record));
  }

  private static Optional<JsonNode> read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(Files.readAllBytes(file)));
    } catch (JsonProcessingException e) {
      throw CheckpointFormatException.of(file, "is no JSON, so its history cannot be kept", e);
    }
  }

  private static byte[] bytes(ObjectNode record) throws IOException {
    return (JSON.writer(PRINTER).writeValueAsString(record) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}
