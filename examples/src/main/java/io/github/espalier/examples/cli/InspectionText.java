package io.github.espalier.examples.cli;

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
import java.util.stream.Collectors;

/** Lays an inspection out for people. */
final class InspectionText {
  private InspectionText() {}

  static String write(Sd2Checkpoint checkpoint, Inspection inspection, boolean layers)
      throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(checkpoint.source())
        .append(": ")
        .append(checkpoint.layout().name().toLowerCase(Locale.ROOT).replace('_', ' '))
        .append(" layout\n");
    for (Path file : checkpoint.weightFiles()) {
      text.append("  ").append(file).append(": ").append(Figures.bytes(Files.size(file)));
      text.append('\n');
    }
    checkpoint.notes().forEach(note -> text.append("  Note: ").append(note).append('\n'));
    text.append('\n').append(components(inspection));
    if (layers) {
      text.append("\n\n").append(layers(inspection));
    }
    return text.toString();
  }

  private static Table components(Inspection inspection) {
    Table table = new Table(3, "component", "kind", "types", "tensors", "parameters", "zeros", "");
    for (Component component : inspection.components()) {
      List<InspectedLayer> all = inspection.of(component);
      for (LayerKind kind : LayerKind.values()) {
        List<InspectedLayer> some =
            all.stream().filter(each -> each.layer().kind() == kind).toList();
        if (!some.isEmpty()) {
          add(table, component.name(), kind.name().toLowerCase(Locale.ROOT), some);
        }
      }
      add(table, component.name(), "all", all);
    }
    add(table, "model", "all", inspection.layers());
    return table;
  }

  private static void add(Table table, String component, String kind, List<InspectedLayer> layers) {
    Total total = Inspection.total(layers);
    String types =
        layers.stream()
            .map(each -> each.layer().dtype().name())
            .distinct()
            .collect(Collectors.joining(" "));
    table.add(
        component,
        kind,
        types,
        Figures.count(total.tensors()),
        Figures.count(total.parameters()),
        Figures.count(total.zeros()),
        Figures.percent(total.sparsity()));
  }

  private static Table layers(Inspection inspection) {
    Table table = new Table(4, "layer", "kind", "type", "shape", "zeros", "");
    for (InspectedLayer each : inspection.layers()) {
      long elements = Math.max(1, each.layer().parameters());
      table.add(
          each.layer().qualifiedName(),
          each.layer().kind().name().toLowerCase(Locale.ROOT),
          each.layer().dtype().name(),
          each.layer().shape().toString(),
          each.zeros().isPresent() ? Figures.count(each.zeros().getAsLong()) : "",
          each.zeros().isPresent()
              ? Figures.percent((double) each.zeros().getAsLong() / elements)
              : "");
    }
    return table;
  }
}
