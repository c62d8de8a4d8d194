package io.github.espalier.core.report;

import io.github.espalier.core.model.Component;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What is worth knowing about single layers, in words. */
final class LayerText {
  /** So many layers of the largest error are named. */
  private static final int WORST = 3;

  /** So many layers with diagnostics are named; the JSON report has all. */
  private static final int MOST_NOTABLE = 10;

  private static final MathContext DIGITS = new MathContext(4);

  private LayerText() {}

  /** Returns a table of the output errors, after a blank line; nothing if there are none. */
  static String outputErrors(PruningReport report) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("component", "layer", "output error"));
    for (ComponentReport each : report.components()) {
      List<LayerReport> worst =
          report.layers().stream()
              .filter(layer -> layer.component().equals(each.component()))
              .filter(layer -> layer.outputError().isPresent())
              .sorted(Comparator.<LayerReport>comparingDouble(LayerText::error).reversed())
              .toList();
      if (!worst.isEmpty()) {
        String median = shown(median(worst));
        rows.add(List.of(each.component().name(), "median of " + layers(worst.size()), median));
        for (LayerReport layer : worst.subList(0, Math.min(WORST, worst.size()))) {
          rows.add(List.of(each.component().name(), layer.name(), shown(error(layer))));
        }
      }
    }
    return rows.size() == 1
        ? ""
        : "\n\nRelative error of layers' outputs on the calibration data, and the largest:\n"
            + ReportText.table(rows, 2);
  }

  /** Returns the layers with notable diagnostics, after a blank line; nothing if there are none. */
  static String notable(PruningReport report) {
    List<LayerReport> layers =
        report.layers().stream().filter(layer -> !layer.diagnostics().notable().isEmpty()).toList();
    if (layers.isEmpty()) {
      return "";
    }
    int rest = layers.size() - MOST_NOTABLE;
    return "\n\nNotable layers:\n"
        + layers.stream().limit(MOST_NOTABLE).map(LayerText::line).collect(Collectors.joining("\n"))
        + (rest > 0 ? "\nand " + layers(rest) + " more, which the JSON report has" : "");
  }

  private static String line(LayerReport layer) {
    Component component = layer.component();
    return component.name()
        + "/"
        + layer.name()
        + ": "
        + layer.diagnostics().notable().entrySet().stream()
            .map(LayerText::words)
            .collect(Collectors.joining(", "));
  }

  /** Spells a field's name as words: {@code dead columns 7} for {@code deadColumns}. */
  private static String words(Map.Entry<String, Double> number) {
    String name =
        number.getKey().replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    return name + " " + number(number.getValue());
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < Integer.MAX_VALUE;
    return whole
        ? String.format(Locale.ROOT, "%,d", (long) value)
        : new BigDecimal(value).round(DIGITS).stripTrailingZeros().toString();
  }

  private static double median(List<LayerReport> sorted) {
    int half = sorted.size() / 2;
    double upper = error(sorted.get(half));
    return sorted.size() % 2 == 1 ? upper : (upper + error(sorted.get(half - 1))) / 2;
  }

  private static double error(LayerReport layer) {
    return layer.outputError().orElseThrow();
  }

  private static String shown(double value) {
    return Double.isInfinite(value) ? "inf" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static String layers(int count) {
    return count + (count == 1 ? " layer" : " layers");
  }
}
