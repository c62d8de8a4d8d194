package io.github.espalier.examples.study.published;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Published runs that belong together. Immutable.
 *
 * @param id short name, such as {@code text-wanda}
 * @param number the paper's table that has these configurations; empty where it is not known
 * @param title what was pruned, and how
 * @param rows the runs, in the order of the table
 */
public record PublishedTable(String id, OptionalInt number, String title, List<PublishedRun> rows) {
  /**
   * Copies the rows.
   *
   * @param id short name
   * @param number the paper's table that has these configurations
   * @param title what was pruned, and how
   * @param rows the runs
   */
  public PublishedTable {
    rows = ImmutableList.copyOf(rows);
  }

  /**
   * Returns where the rows come from, in words.
   *
   * @return such as {@code Table 6}, or {@code list of runs} where the number is not known
   */
  public String source() {
    return number.isPresent() ? "Table " + number.getAsInt() : "list of runs";
  }
}
