package io.github.espalier.examples.cli;

import java.util.ArrayList;
import java.util.List;

/** Lines up columns of text: the first ones to the left, the others to the right. */
final class Table {
  private final int leftColumns;
  private final List<List<String>> rows = new ArrayList<>();

  Table(int leftColumns, String... headings) {
    this.leftColumns = leftColumns;
    rows.add(List.of(headings));
  }

  void add(String... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException("a row of " + cells.length + " cells does not fit");
    }
    rows.add(List.of(cells));
  }

  @Override
  public String toString() {
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
}
