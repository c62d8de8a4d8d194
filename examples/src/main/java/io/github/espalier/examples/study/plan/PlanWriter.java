package io.github.espalier.examples.study.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.sparsity.Sparsity;
import java.util.List;
import java.util.Map;

/** Writes plans, every setting spelt out and in the same order. */
final class PlanWriter {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final DefaultPrettyPrinter PRINTER =
      new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

  private PlanWriter() {}

  static String write(StudyPlan plan, boolean files) {
    try {
      return MAPPER.writer(PRINTER).writeValueAsString(json(plan, files)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values cannot fail to be written", e);
    }
  }

  private static ObjectNode json(StudyPlan plan, boolean files) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("name", plan.name());
    if (files) {
      plan.captions().ifPresent(file -> root.put("captions", file.toString()));
    }
    root.put("images", plan.images()).put("firstSeed", plan.firstSeed());
    root.set("sampling", json(plan.sampling()));
    root.set("scores", json(plan.scores(), files));
    root.set("calibration", json(plan.calibration(), files));
    ArrayNode experiments = root.putArray("experiments");
    plan.experiments().forEach(each -> experiments.add(json(each)));
    return root;
  }

  private static ObjectNode json(Sampling sampling) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    sampling.width().ifPresent(width -> node.put("width", width));
    sampling.height().ifPresent(height -> node.put("height", height));
    node.put("steps", sampling.steps()).put("guidance", sampling.guidance());
    sampling.scheduler().ifPresent(kind -> node.put("scheduler", SchedulerNames.of(kind)));
    return node;
  }

  private static ObjectNode json(WantedScores scores, boolean files) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("clipScore", scores.clipScore())
        .put("distance", ConstantNames.of(scores.distance()))
        .put("protocol", ConstantNames.of(scores.protocol()));
    if (files) {
      scores.judge().ifPresent(file -> node.put("judge", file.toString()));
      scores.inception().ifPresent(file -> node.put("inception", file.toString()));
      scores.references().ifPresent(file -> node.put("references", file.toString()));
    }
    return node;
  }

  private static ObjectNode json(CalibrationPlan calibration, boolean files) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    if (files) {
      calibration.captions().ifPresent(file -> node.put("captions", file.toString()));
    }
    return node.put("limit", calibration.limit())
        .put("steps", calibration.steps())
        .put("outputErrors", calibration.outputErrors());
  }

  private static ObjectNode json(Experiment experiment) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("id", experiment.id()).put("title", experiment.title());
    experiment.text().ifPresent(recipe -> node.set(PlanReader.TEXT, json(recipe)));
    experiment.unet().ifPresent(recipe -> node.set(PlanReader.UNET, json(recipe)));
    if (experiment.sweep() instanceof Sweep.Single single) {
      node.set("sparsities", json(single.values()));
    } else if (experiment.sweep() instanceof Sweep.Pairs pairs) {
      ArrayNode items = node.putArray("pairs");
      for (int i = 0; i < pairs.text().size(); i++) {
        ObjectNode item = items.addObject();
        item.put(PlanReader.TEXT, pairs.text().get(i).exactFraction());
        item.put(PlanReader.UNET, pairs.unet().get(i).exactFraction());
      }
    } else if (experiment.sweep() instanceof Sweep.Ratios ratios) {
      ObjectNode item = node.putObject("ratios");
      item.set("textShares", json(ratios.textShares()));
      item.set("full", json(ratios.full()));
      item.put("textParameters", ratios.textParameters());
      item.put("unetParameters", ratios.unetParameters());
    } else if (experiment.sweep() instanceof Sweep.Descent descent) {
      node.putObject("descent")
          .put(PlanReader.TEXT, descent.text().exactFraction())
          .put(PlanReader.UNET, descent.unet().exactFraction())
          .put("step", descent.step().exactFraction())
          .put("count", descent.count());
    }
    return node;
  }

  private static ArrayNode json(List<Sparsity> values) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    values.forEach(value -> array.add(value.exactFraction()));
    return array;
  }

  private static ObjectNode json(Recipe recipe) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("method", recipe.methodName());
    node.set("options", json(recipe.options()));
    recipe.patternLabel().ifPresent(pattern -> node.put("pattern", pattern));
    node.put("allocation", recipe.allocationName());
    node.set("allocationOptions", json(recipe.allocationOptions()));
    node.put("selection", recipe.selectionText()).put("sequential", recipe.sequential());
    recipe.packages().ifPresent(packages -> node.put("packages", packages));
    return node;
  }

  private static JsonNode json(Map<String, String> settings) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    settings.forEach(node::put);
    return node;
  }

  /** What a configuration is, in the same bytes always. */
  static ObjectNode json(Configuration configuration) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    for (StudyPart part : StudyPart.values()) {
      configuration
          .part(part)
          .ifPresent(
              pruned -> {
                ObjectNode item = node.putObject(part.key());
                item.put("sparsity", pruned.sparsity().exactFraction());
                item.set("recipe", json(pruned.recipe()));
              });
    }
    return node;
  }
}
