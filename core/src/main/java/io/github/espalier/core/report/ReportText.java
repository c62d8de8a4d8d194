package io.github.espalier.core.report;

import io.github.espalier.core.sparsity.Sparsity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lays reports out as tables. */
final class ReportText {
  private static final List<String> HEADINGS =
      List.of(
          "component",
          "method",
          "target",
          "layers",
          "selected",
          "zeros",
          "of selected",
          "of component",
          "of model",
          "SNR dB");

  /** Longer targets, such as a third, are rounded. */
  private static final int LONGEST_TARGET = 8;

  private ReportText() {}

  static String summary(PruningReport report) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    for (ComponentReport component : report.components()) {
      rows.add(
          List.of(
              component.component().name(),
              component.method(),
              component.target().map(ReportText::target).orElse("masks"),
              Integer.toString(component.layers()),
              count(component.selected()),
              count(component.zerosAfter()),
              percent(component.sparsityOfSelected()),
              percent(component.sparsityOfComponent()),
              percent((double) component.zerosAfter() / Math.max(1, report.modelParameters())),
              decibels(component.snrDecibels())));
    }
    rows.add(
        List.of(
            "total",
            "",
            "",
            Integer.toString(report.layers().size()),
            count(report.selected()),
            count(report.zerosAfter()),
            percent(report.sparsityOfSelected()),
            "",
            percent(report.sparsityOfModel()),
            ""));
    return table(rows, 2) + LayerText.outputErrors(report) + LayerText.notable(report);
  }

  /** Lines up cells: those of the first columns to the left, the others to the right. */
  static String table(List<List<String>> rows, int leftColumns) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = row.get(i);
        String pad = " ".repeat(widths[i] - cell.length());
        line.append(i == 0 ? "" : "  ").append(i < leftColumns ? cell + pad : pad + cell);
      }
      text.append(text.isEmpty() ? "" : "\n").append(line.toString().stripTrailing());
    }
    return text.toString();
  }

  private static String target(Sparsity sparsity) {
    String exact = sparsity.toString();
    return exact.length() <= LONGEST_TARGET ? exact : percent(sparsity.fraction());
  }

  private static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f%%", 100 * fraction);
  }

  private static String decibels(double value) {
    return Double.isInfinite(value)
        ? (value > 0 ? "inf" : "-inf")
        : String.format(Locale.ROOT, "%.2f", value);
  }
}
