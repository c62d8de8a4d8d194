package io.github.espalier.examples.study.limit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.ConfigurationTimes;
import io.github.espalier.examples.study.run.StudyJson;
import io.github.espalier.examples.study.search.NoCliff;
import io.github.espalier.examples.study.search.ThresholdFound;
import io.github.espalier.examples.study.search.ThresholdOutcome;
import io.github.espalier.examples.study.search.Tolerance;
import java.util.List;
import java.util.Map;

/**
 * Where the scores of a model drop off. Immutable.
 *
 * @param question what was searched for
 * @param protocol what the scores depend on, as the journal has it
 * @param dense scores of the model that was not pruned
 * @param tolerance around them, within which scores are kept
 * @param outcome the threshold, or that there is none
 * @param evaluations what was measured, in this order
 * @param times how long each configuration took, by id; all that differs from run to run
 */
public record ThresholdResult(
    ThresholdQuestion question,
    JsonNode protocol,
    ConfigurationResult dense,
    Tolerance tolerance,
    ThresholdOutcome outcome,
    List<Measured> evaluations,
    Map<String, ConfigurationTimes> times) {
  /**
   * Copies the collections.
   *
   * @param question what was searched for
   * @param protocol what the scores depend on
   * @param dense scores of the model that was not pruned
   * @param tolerance around them
   * @param outcome the threshold, or that there is none
   * @param evaluations what was measured
   * @param times how long each configuration took
   */
  public ThresholdResult {
    evaluations = ImmutableList.copyOf(evaluations);
    times = ImmutableMap.copyOf(times);
  }

  /**
   * Returns the highest sparsity that was found to keep the scores.
   *
   * @return 0 if that is the dense model only
   */
  public Sparsity kept() {
    if (outcome instanceof ThresholdFound found) {
      return found.kept();
    }
    return question.range().highest();
  }

  /**
   * Returns the result as JSON. All but {@code times}, which comes last, is the same in every run.
   *
   * @return an indented JSON object and a line break
   */
  public String toJson() {
    ObjectNode root = LimitJson.begin("threshold", protocol, question.criteria());
    root.put("component", question.part().key());
    root.set("recipe", LimitJson.of(question.recipe()));
    root.put("range", question.range().toString());
    root.put("precision", question.precision().exactFraction());
    LimitJson.putMeasured(root, dense, tolerance, evaluations);
    root.set("outcome", outcomeJson());
    LimitJson.putTimes(root, times);
    return StudyJson.indented(root);
  }

  private ObjectNode outcomeJson() {
    ObjectNode node = LimitJson.object();
    if (outcome instanceof ThresholdFound found) {
      node.put("found", "threshold");
      node.put("kept", found.kept().exactFraction());
      node.put("fallen", found.fallen().exactFraction());
      node.put("certainlyKept", found.certainlyKept().exactFraction());
      found
          .certainlyFallen()
          .ifPresent(fallen -> node.put("certainlyFallen", fallen.exactFraction()));
    } else if (outcome instanceof NoCliff none) {
      node.put("found", "no cliff in range");
      node.put("kept", none.highest().exactFraction());
      node.put("certain", none.certain());
    }
    return node;
  }
}
