package io.github.espalier.sd2.nn;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.tensor.FloatMatrix;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** One run of a whole small model by {@code make_model_golden.py}. */
public record ModelRun(JsonNode about) {
  private static final String FOLDER = "models/";

  /** The runs of the models whose names start so. */
  public static Stream<ModelRun> of(String prefix) {
    return StreamSupport.stream(GoldenFile.json(FOLDER + "models-golden.json").spliterator(), false)
        .map(ModelRun::new)
        .filter(run -> run.model().startsWith(prefix));
  }

  private String model() {
    return about.get("model").textValue();
  }

  private String run() {
    return about.get("run").textValue();
  }

  /** The model's configuration. */
  public Path config() {
    return GoldenFile.path(FOLDER + model() + "/config.json");
  }

  /** An argument of the run. */
  public JsonNode argument(String name) {
    return about.get("arguments").get(name);
  }

  private int[] shape(String input) {
    return GoldenFile.shape(about.get("inputs").get(input).get(0));
  }

  private float[] input(String input) {
    int[] shape = shape(input);
    long[] extents = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      extents[i] = shape[i];
    }
    return Formula.input(model() + "/" + run() + "/" + input, extents);
  }

  /** An input as feature maps. */
  public FeatureMap maps(FormulaParameters owner, String input) {
    int[] shape = shape(input);
    return owner.maps(input(input), shape[0], shape[1], shape[2], shape[3]);
  }

  /** An input as a row for each token. */
  public FloatMatrix rows(FormulaParameters owner, String input) {
    int[] shape = shape(input);
    return owner.filled(shape[0] * shape[1], input(input));
  }

  /** A result of the whole model. */
  public double[] result(String name) {
    return tensor(name);
  }

  /** Names of the modules whose outputs are known. */
  public List<String> outputs() {
    return names("outputs");
  }

  /** Names of the layers whose inputs are known. */
  public List<String> taps() {
    return names("taps");
  }

  /** What a module returned. */
  public double[] output(String module) {
    return tensor(module + ".output");
  }

  /** What a layer was given. */
  public double[] tap(String layer) {
    return tensor(layer + ".input");
  }

  /** Whether a tensor has its channels before its pixels. */
  boolean isChannelsFirst(String kind, String name) {
    return about.get(kind).path(name).size() == 4;
  }

  private double[] tensor(String name) {
    return GoldenFile.values(FOLDER + model() + "-golden.safetensors", run() + "/" + name);
  }

  private List<String> names(String kind) {
    return about.get(kind).properties().stream().map(Map.Entry::getKey).toList();
  }

  @Override
  public String toString() {
    return model() + " " + run();
  }
}
