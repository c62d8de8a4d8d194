package io.github.espalier.examples.study.chart;

import io.github.espalier.examples.study.html.HtmlTemplate;

/**
 * Writes charts as a {@code figure} of HTML that holds an {@code svg} and a legend. Well-formed as
 * XML too. Stateless.
 */
public final class ChartWriter {
  private static final HtmlTemplate TEMPLATE = HtmlTemplate.of(ChartWriter.class, "chart.ftlh");

  private ChartWriter() {}

  /**
   * Writes a chart.
   *
   * @param chart what it shows
   * @param id name of the figure, unique on the page: letters, digits and hyphens
   * @return the figure
   * @throws IllegalArgumentException if the name has other characters
   */
  public static String write(Chart chart, String id) {
    if (!id.matches("[A-Za-z][A-Za-z0-9-]*")) {
      throw new IllegalArgumentException("'" + id + "' cannot name a figure");
    }
    return TEMPLATE.fill(new ChartLayout(chart).model(id));
  }
}
