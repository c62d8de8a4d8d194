package io.github.espalier.methods.trained;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import onnx.Onnx;

/** The model in the jar that the profile {@code trained} adds, and the texts beside this class. */
final class ModelFiles {
  private static final String NAME = "/all-minilm-l6-v2";

  private ModelFiles() {}

  /** The graph with its weights. */
  static Onnx.GraphProto graph() {
    try (InputStream in = open(NAME + ".onnx")) {
      return Onnx.ModelProto.parseFrom(in).getGraph();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tokenizer's settings, with its vocabulary. */
  static JsonNode tokenizer() {
    return json(NAME + "-tokenizer.json");
  }

  /** A JSON file. */
  static JsonNode json(String name) {
    try (InputStream in = open(name)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A text file's lines. */
  static List<String> lines(String name) {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    InputStream in = ModelFiles.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException(name + " is not on the class path: run with -Ptrained");
    }
    return in;
  }
}
