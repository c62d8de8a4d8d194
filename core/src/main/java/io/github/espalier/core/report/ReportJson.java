package io.github.espalier.core.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.sparsity.Sparsity;
import java.nio.file.Path;
import java.util.Optional;

/** Writes reports as JSON. */
final class ReportJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Line ends are the same on every platform, so that provenance is. */
  private static final DefaultPrettyPrinter PRINTER =
      new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

  private static final String SNR = "snrDecibels";

  /** Numbers as large as this may be rounded. */
  private static final double LARGEST_COUNT = 1L << 53;

  private ReportJson() {}

  static String write(PruningReport report, boolean withRun) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("espalier", report.version());
    Path name = Path.of(report.source()).getFileName();
    root.put("source", withRun || name == null ? report.source() : name.toString());
    root.put("selected", report.selected());
    root.put("zerosAfter", report.zerosAfter());
    root.put("modelParameters", report.modelParameters());
    root.put("sparsityOfSelected", report.sparsityOfSelected());
    root.put("sparsityOfModel", report.sparsityOfModel());
    if (withRun) {
      root.put("bytesRead", report.bytesRead());
      root.put("seconds", report.seconds());
    }
    ArrayNode components = root.putArray("components");
    for (ComponentReport component : report.components()) {
      components.add(node(component, component.target()));
    }
    ArrayNode layers = root.putArray("layers");
    for (LayerReport layer : report.layers()) {
      ObjectNode node = node(layer, layer.target());
      layer.outputError().ifPresent(error -> putFinite(node, "outputError", error));
      if (!layer.diagnostics().values().isEmpty()) {
        ObjectNode diagnostics = node.putObject("diagnostics");
        layer.diagnostics().values().forEach((each, value) -> putNumber(diagnostics, each, value));
      }
      if (!withRun) {
        node.remove("seconds");
      }
      layers.add(node);
    }
    ArrayNode skipped = root.putArray("skipped");
    for (SkippedLayer layer : report.skipped()) {
      skipped.add(MAPPER.<JsonNode>valueToTree(layer));
    }
    try {
      return MAPPER.writer(PRINTER).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values cannot fail to be written", e);
    }
  }

  /** JSON has no infinities, and a text would change the field's type. */
  private static void putFinite(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }

  /** Counts get no decimals. */
  private static void putNumber(ObjectNode node, String name, double value) {
    if (value == Math.rint(value) && Math.abs(value) < LARGEST_COUNT) {
      node.put(name, (long) value);
    } else {
      putFinite(node, name, value);
    }
  }

  private static ObjectNode node(Record value, Optional<Sparsity> target) {
    ObjectNode node = MAPPER.valueToTree(value);
    target.ifPresent(sparsity -> node.put("target", sparsity.exactFraction()));
    if (!Double.isFinite(node.path(SNR).asDouble())) {
      node.putNull(SNR); // JSON has no infinities, and a text would change the field's type.
    }
    return node;
  }
}
