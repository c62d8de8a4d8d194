package io.github.espalier.metrics.clip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.image.RgbImage;
import io.github.espalier.sd2.safetensors.Safetensors;
import io.github.espalier.sd2.tokenizer.ClipVocabularyFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A model of {@code clip-golden.json}, with its files. */
public record GoldenClip(String name, JsonNode about) {
  private static final JsonNode ALL = read();

  private static JsonNode read() {
    try (InputStream stream =
        Objects.requireNonNull(GoldenClip.class.getResourceAsStream("clip-golden.json"))) {
      return new ObjectMapper().readTree(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file as a whole. */
  public static JsonNode all() {
    return ALL;
  }

  /** All models. */
  public static List<GoldenClip> models() {
    List<GoldenClip> models = new ArrayList<>();
    ALL.get("models")
        .properties()
        .forEach(each -> models.add(new GoldenClip(each.getKey(), each.getValue())));
    return models;
  }

  /** One model. */
  public static GoldenClip named(String name) {
    return new GoldenClip(name, Objects.requireNonNull(ALL.get("models").get(name)));
  }

  /** What is embedded. */
  public static List<String> texts() {
    List<String> texts = new ArrayList<>();
    ALL.get("texts").forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** What is embedded. */
  public static List<RgbImage> images() {
    List<RgbImage> images = new ArrayList<>();
    ALL.get("images")
        .forEach(size -> images.add(Formula.image(size.get(0).asInt(), size.get(1).asInt())));
    return images;
  }

  /** Numbers of an array. */
  public static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asDouble();
    }
    return numbers;
  }

  /** The tensors by name. */
  Map<String, TensorData> tensors() {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : about.get("tensors").properties()) {
      List<Long> extents = new ArrayList<>();
      each.getValue().forEach(extent -> extents.add(extent.asLong()));
      Shape shape = Shape.of(extents);
      tensors.put(each.getKey(), TensorData.ofFloats(shape, Formula.weight(each.getKey(), shape)));
    }
    return tensors;
  }

  /** Writes the model. */
  public Path write(Path folder) throws IOException {
    return write(folder, tensors());
  }

  /** Writes the model with other tensors. */
  Path write(Path folder, Map<String, TensorData> tensors) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, JsonNode> file : about.get("files").properties()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue().toString());
    }
    String layout = about.get("layout").asText();
    if (layout.equals("TRANSFORMERS")) {
      Files.write(folder.resolve(ClipVocabularyFiles.VOCABULARY), ClipVocabularyFiles.vocabulary());
      Files.write(folder.resolve(ClipVocabularyFiles.MERGES), ClipVocabularyFiles.merges());
    }
    String weights =
        switch (layout) {
          case "TRANSFORMERS" -> "model.safetensors";
          case "OPEN_CLIP" -> "open_clip_model.safetensors";
          default -> "ViT.safetensors";
        };
    Safetensors.write(folder.resolve(weights), tensors, Map.of(), true);
    return folder;
  }

  @Override
  public String toString() {
    return name;
  }
}
