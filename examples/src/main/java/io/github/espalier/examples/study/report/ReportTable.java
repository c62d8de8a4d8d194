package io.github.espalier.examples.study.report;

import java.util.List;

/**
 * A table of a report. Immutable.
 *
 * @param id name within the report
 * @param title its heading
 * @param note what a reader has to know of it; may be empty
 * @param columns headings of the columns
 * @param rows cells as text, as many in each row as there are columns
 */
public record ReportTable(
    String id, String title, String note, List<String> columns, List<List<String>> rows) {
  /**
   * Copies the cells.
   *
   * @param id name within the report
   * @param title its heading
   * @param note what a reader has to know of it
   * @param columns headings of the columns
   * @param rows cells
   * @throws IllegalArgumentException if a row has more or fewer cells than there are columns
   */
  public ReportTable {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            "table " + id + ": " + row.size() + " cells for " + columns.size() + " columns");
      }
    }
  }

  /**
   * Writes the table as CSV (RFC 4180).
   *
   * @return a line for the headings and one for each row, each ended by a carriage return and a
   *     line feed
   */
  public String csv() {
    StringBuilder text = new StringBuilder();
    appendCsv(text, columns);
    rows.forEach(row -> appendCsv(text, row));
    return text.toString();
  }

  private static void appendCsv(StringBuilder text, List<String> cells) {
    text.append(String.join(",", cells.stream().map(ReportTable::quoted).toList())).append("\r\n");
  }

  private static String quoted(String cell) {
    return cell.matches("(?s).*[\",\r\n].*") ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
  }

  /**
   * Writes the table as Markdown.
   *
   * @return a heading, the note if there is one, and the table
   */
  public String markdown() {
    StringBuilder text = new StringBuilder("## " + title + "\n\n");
    if (!note.isEmpty()) {
      text.append(note).append("\n\n");
    }
    appendMarkdown(text, columns);
    appendMarkdown(text, columns.stream().map(column -> "---").toList());
    rows.forEach(row -> appendMarkdown(text, row));
    return text.toString();
  }

  private static void appendMarkdown(StringBuilder text, List<String> cells) {
    text.append("| ")
        .append(
            String.join(
                " | ",
                cells.stream().map(cell -> cell.replace("|", "\\|").replace('\n', ' ')).toList()))
        .append(" |\n");
  }
}
