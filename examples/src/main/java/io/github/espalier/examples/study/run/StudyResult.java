package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.examples.study.plan.Experiment;
import io.github.espalier.examples.study.plan.Point;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.sd2.json.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came out of a study. Immutable.
 *
 * @param plan what was done, without the names of files
 * @param protocol what the results depend on, as the journal has it: version, checkpoint, captions,
 *     judge
 * @param configurations a result for each configuration of the plan, in its order
 * @param times how long each configuration took, by id; all that differs from run to run
 */
public record StudyResult(
    StudyPlan plan,
    JsonNode protocol,
    List<ConfigurationResult> configurations,
    Map<String, ConfigurationTimes> times) {
  /** What the file is called in a study's folder. */
  public static final String NAME = "result.json";

  private static final String PLAN = "plan";
  private static final String PROTOCOL = "protocol";
  private static final String CONFIGURATIONS = "configurations";
  private static final String TIMES = "times";

  /**
   * Copies the lists.
   *
   * @param plan what was done
   * @param protocol what the results depend on
   * @param configurations a result for each configuration
   * @param times how long each configuration took
   */
  public StudyResult {
    configurations = ImmutableList.copyOf(configurations);
    times = ImmutableMap.copyOf(times);
  }

  /**
   * Reads a result.
   *
   * @param file a file that {@link #toJson()} made
   * @return the result
   * @throws CheckpointFormatException if it is none
   * @throws IOException if it cannot be read
   */
  public static StudyResult read(Path file) throws IOException {
    JsonFile json = JsonFile.read(file);
    StudyPlan plan = StudyPlan.of(new JsonFile(file, json.root().path(PLAN)));
    try {
      List<ConfigurationResult> configurations = new ArrayList<>();
      for (JsonNode each : json.root().path(CONFIGURATIONS)) {
        configurations.add(StudyJson.MAPPER.treeToValue(each, ConfigurationResult.class));
      }
      Map<String, ConfigurationTimes> times = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> each : json.root().path(TIMES).properties()) {
        times.put(
            each.getKey(), StudyJson.MAPPER.treeToValue(each.getValue(), ConfigurationTimes.class));
      }
      return new StudyResult(plan, json.root().path(PROTOCOL), configurations, times);
    } catch (JsonProcessingException e) {
      throw CheckpointFormatException.of(file, "is no result of a study", e);
    }
  }

  /**
   * Finds the result of a point of an experiment.
   *
   * @param point of the plan
   * @return its result; empty for a cell that cannot be
   */
  public Optional<ConfigurationResult> at(Point point) {
    return point
        .configuration()
        .flatMap(
            wanted ->
                configurations.stream().filter(each -> each.id().equals(wanted.id())).findFirst());
  }

  /**
   * Returns the result as JSON. All but {@code times}, which comes last, is the same in every run.
   *
   * @return an indented JSON object and a line break
   */
  public String toJson() {
    ObjectNode root = StudyJson.MAPPER.createObjectNode();
    root.set(PLAN, StudyJson.parse(plan.toJsonWithoutFiles()));
    root.set(PROTOCOL, protocol);
    ArrayNode experiments = root.putArray("experiments");
    plan.experiments().forEach(each -> experiments.add(json(each)));
    ArrayNode all = root.putArray(CONFIGURATIONS);
    configurations.forEach(each -> all.add(StudyJson.MAPPER.<JsonNode>valueToTree(each)));
    ObjectNode durations = root.putObject(TIMES);
    times.forEach((id, each) -> durations.set(id, StudyJson.MAPPER.valueToTree(each)));
    return StudyJson.indented(root);
  }

  private ObjectNode json(Experiment experiment) {
    ObjectNode node = StudyJson.MAPPER.createObjectNode();
    node.put("id", experiment.id()).put("title", experiment.title());
    ArrayNode points = node.putArray("points");
    for (Point point : experiment.points()) {
      ObjectNode item = points.addObject();
      point.textShare().ifPresent(share -> item.put("textShare", share.exactFraction()));
      point.full().ifPresent(full -> item.put("full", full.exactFraction()));
      point.text().ifPresent(text -> item.put("text", text.exactFraction()));
      point.unet().ifPresent(unet -> item.put("unet", unet.exactFraction()));
      if (point.configuration().isPresent()) {
        item.put("configuration", point.configuration().get().id());
      } else {
        item.putNull("configuration");
      }
    }
    return node;
  }
}
