package io.github.espalier.sd2.nn;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** One case of {@code make_nn_golden.py}. */
public record GoldenCase(JsonNode about) {
  private static final String TENSORS = "nn-golden.safetensors";

  /** All cases but those of the given ops. */
  static Stream<GoldenCase> except(List<String> ops) {
    return all().filter(each -> !ops.contains(each.op()));
  }

  /** The cases of some ops. */
  public static Stream<GoldenCase> of(String... ops) {
    return all().filter(each -> Arrays.asList(ops).contains(each.op()));
  }

  private static Stream<GoldenCase> all() {
    return StreamSupport.stream(GoldenFile.json("nn-golden.json").spliterator(), false)
        .map(GoldenCase::new);
  }

  /** The case's name, the prefix of all its tensors. */
  public String name() {
    return about.get("case").textValue();
  }

  String op() {
    return about.get("op").textValue();
  }

  /** An argument of the op; a missing node if there is none of that name. */
  public JsonNode argument(String name) {
    return about.get("arguments").path(name);
  }

  /** The shape of a weight; empty if there is none. */
  int[] weight(String name) {
    return GoldenFile.shape(about.get("weights").path(name));
  }

  boolean hasInput(String name) {
    return about.get("inputs").has(name);
  }

  /** The shape of an input. */
  public int[] shape(String input) {
    return GoldenFile.shape(about.get("inputs").get(input).get(0));
  }

  private float[] input(String input) {
    JsonNode spec = about.get("inputs").get(input);
    long elements = 1;
    for (int each : shape(input)) {
      elements *= each;
    }
    return Formula.values(
        name() + "." + input, elements, spec.get(1).doubleValue(), spec.get(2).doubleValue());
  }

  /** An input as a matrix of its last axis. */
  public FloatMatrix rows(FormulaParameters owner, String input) {
    int[] shape = shape(input);
    float[] values = input(input);
    return owner.filled(values.length / shape[shape.length - 1], values);
  }

  /** An input as feature maps. */
  public FeatureMap maps(FormulaParameters owner, String input) {
    int[] shape = shape(input);
    return owner.maps(input(input), shape[0], shape[1], shape[2], shape[3]);
  }

  /** A stored tensor. */
  public double[] tensor(String name) {
    return GoldenFile.values(TENSORS, name() + "." + name);
  }

  @Override
  public String toString() {
    return name();
  }
}
