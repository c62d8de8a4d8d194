package io.github.espalier.examples.study.limit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.examples.study.plan.Recipe;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.ConfigurationTimes;
import io.github.espalier.examples.study.search.Tolerance;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the results of all searches have in common. */
final class LimitJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private LimitJson() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static ObjectNode begin(String search, JsonNode protocol, LimitCriteria criteria) {
    ObjectNode root = object();
    root.put("search", search);
    root.set("protocol", protocol);
    ObjectNode node = root.putObject("criteria");
    node.put("drop", criteria.drop().toString());
    criteria.rise().ifPresent(rise -> node.put("rise", rise.toString()));
    node.put("cautious", criteria.cautious());
    return root;
  }

  static ObjectNode of(Recipe recipe) {
    ObjectNode node = object();
    node.put("method", recipe.methodName());
    recipe.options().forEach(node.putObject("options")::put);
    node.put("pattern", recipe.pattern().toString());
    node.put("allocation", recipe.allocationName());
    recipe.allocationOptions().forEach(node.putObject("allocationOptions")::put);
    node.put("selection", recipe.selectionText()).put("sequential", recipe.sequential());
    recipe.packages().ifPresent(packages -> node.put("packages", packages));
    return node;
  }

  static void putMeasured(
      ObjectNode root, ConfigurationResult dense, Tolerance tolerance, List<Measured> evaluations) {
    ArrayNode allowed = root.putArray("tolerance");
    tolerance
        .criteria()
        .forEach(
            each ->
                allowed
                    .addObject()
                    .put("score", each.score())
                    .put("dense", each.dense().value())
                    .put("allowed", each.tolerance()));
    root.set("dense", scores(dense));
    ArrayNode all = root.putArray("evaluations");
    evaluations.forEach(each -> all.add(of(each)));
  }

  private static ObjectNode of(Measured measured) {
    ObjectNode node = object();
    for (StudyPart part : StudyPart.values()) {
      node.put(part.key(), measured.sparsity(part).exactFraction());
    }
    node.put("verdict", measured.verdict().name().toLowerCase(Locale.ROOT));
    node.put("kept", measured.kept());
    measured
        .fall()
        .ifPresent(fall -> node.put("belowDense", fall.value()).put("halfWidth", fall.halfWidth()));
    node.setAll(scores(measured.result()));
    return node;
  }

  /** All of a result but its layers, which the journal has. */
  private static ObjectNode scores(ConfigurationResult result) {
    ObjectNode node = MAPPER.valueToTree(result);
    node.remove("layers");
    return node;
  }

  static void putTimes(ObjectNode root, Map<String, ConfigurationTimes> times) {
    ObjectNode node = root.putObject("times");
    times.forEach((id, each) -> node.set(id, MAPPER.valueToTree(each)));
  }
}
