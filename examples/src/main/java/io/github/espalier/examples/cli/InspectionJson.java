package io.github.espalier.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.examples.cli.Inspection.InspectedLayer;
import io.github.espalier.examples.cli.Inspection.Total;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Lays an inspection out for programs. */
final class InspectionJson {
  private InspectionJson() {}

  static String write(Sd2Checkpoint checkpoint, Inspection inspection) throws IOException {
    ObjectNode root = Json.object();
    root.put("source", checkpoint.source().toString());
    root.put("layout", name(checkpoint.layout()));
    for (Path file : checkpoint.weightFiles()) {
      root.withArray("files")
          .addObject()
          .put("path", file.toString())
          .put("bytes", Files.size(file));
    }
    root.set("notes", Json.of(checkpoint.notes()));
    putTotal(root, inspection.layers());
    for (Component component : inspection.components()) {
      root.withArray("components").add(component(component, inspection.of(component)));
    }
    for (InspectedLayer layer : inspection.layers()) {
      root.withArray("layers").add(layer(layer));
    }
    return Json.text(root);
  }

  private static ObjectNode component(Component component, List<InspectedLayer> layers) {
    ObjectNode node = Json.object().put("name", component.name());
    putTotal(node, layers);
    layers.stream()
        .map(each -> each.layer().dtype().name())
        .distinct()
        .forEach(type -> node.withArray("types").add(type));
    for (LayerKind kind : LayerKind.values()) {
      List<InspectedLayer> some =
          layers.stream().filter(each -> each.layer().kind() == kind).toList();
      if (!some.isEmpty()) {
        putTotal(node.withObject("/kinds").putObject(name(kind)), some);
      }
    }
    return node;
  }

  private static ObjectNode layer(InspectedLayer each) {
    ObjectNode node =
        Json.object()
            .put("component", each.layer().component().name())
            .put("name", each.layer().name())
            .put("kind", name(each.layer().kind()))
            .put("type", each.layer().dtype().name())
            .put("parameters", each.parameters());
    node.set("shape", Json.of(each.layer().shape()));
    each.zeros().ifPresent(zeros -> node.put("zeros", zeros));
    return node;
  }

  private static void putTotal(ObjectNode node, List<InspectedLayer> layers) {
    Total total = Inspection.total(layers);
    node.put("tensors", total.tensors())
        .put("parameters", total.parameters())
        .put("zeros", total.zeros())
        .put("sparsity", total.sparsity());
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
