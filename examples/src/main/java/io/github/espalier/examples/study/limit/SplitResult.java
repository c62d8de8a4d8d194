package io.github.espalier.examples.study.limit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.ConfigurationTimes;
import io.github.espalier.examples.study.run.StudyJson;
import io.github.espalier.examples.study.search.SelectedWeights;
import io.github.espalier.examples.study.search.Tolerance;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far text encoder and U-Net can be pruned together. Immutable.
 *
 * @param question what was searched for
 * @param protocol what the scores depend on, as the journal has it
 * @param weights what the sparsities are shares of
 * @param dense scores of the model that was not pruned
 * @param tolerance around them, within which scores are kept
 * @param best the model that lacks most parameters while its scores are kept; empty if only the
 *     dense one keeps them
 * @param evaluations what was measured, in this order
 * @param times how long each configuration took, by id; all that differs from run to run
 */
public record SplitResult(
    SplitQuestion question,
    JsonNode protocol,
    SelectedWeights weights,
    ConfigurationResult dense,
    Tolerance tolerance,
    Optional<Measured> best,
    List<Measured> evaluations,
    Map<String, ConfigurationTimes> times) {
  /** What the file is called in a search's folder. */
  public static final String NAME = "search.json";

  /**
   * Copies the collections.
   *
   * @param question what was searched for
   * @param protocol what the scores depend on
   * @param weights what the sparsities are shares of
   * @param dense scores of the model that was not pruned
   * @param tolerance around them
   * @param best the model that lacks most parameters while its scores are kept
   * @param evaluations what was measured
   * @param times how long each configuration took
   */
  public SplitResult {
    evaluations = ImmutableList.copyOf(evaluations);
    times = ImmutableMap.copyOf(times);
  }

  /**
   * Returns the border between kept and fallen, as far as the search needed to know it.
   *
   * @return models whose scores are kept while no other kept one is pruned further in both parts,
   *     and models whose scores fell while no other fallen one is pruned less in both; by the text
   *     encoder's sparsity
   */
  public List<Measured> frontier() {
    return evaluations.stream()
        .filter(
            each ->
                evaluations.stream()
                    .filter(other -> other.kept() == each.kept())
                    .noneMatch(other -> each.kept() ? each.isWithin(other) : other.isWithin(each)))
        .sorted(
            Comparator.comparing((Measured each) -> each.sparsity(StudyPart.TEXT))
                .thenComparing(each -> each.sparsity(StudyPart.UNET)))
        .toList();
  }

  /**
   * Returns the result as JSON. All but {@code times}, which comes last, is the same in every run.
   *
   * @return an indented JSON object and a line break
   */
  public String toJson() {
    ObjectNode root = LimitJson.begin("split", protocol, question.criteria());
    root.set("text", LimitJson.of(question.text()));
    root.set("unet", LimitJson.of(question.unet()));
    root.put("textRange", question.textRange().toString());
    root.put("unetRange", question.unetRange().toString());
    root.put("precision", question.precision().exactFraction());
    root.putObject("weights")
        .put("text", weights.textEncoder())
        .put("unet", weights.unet())
        .put("model", weights.model());
    LimitJson.putMeasured(root, dense, tolerance, evaluations);
    ArrayNode frontier = root.putArray("frontier");
    frontier().forEach(each -> frontier.add(each.result().id()));
    if (best.isPresent()) {
      root.put("best", best.get().result().id());
    } else {
      root.putNull("best");
    }
    LimitJson.putTimes(root, times);
    return StudyJson.indented(root);
  }
}
