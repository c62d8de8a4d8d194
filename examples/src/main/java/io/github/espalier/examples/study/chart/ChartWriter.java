package io.github.espalier.examples.study.chart;

import freemarker.core.HTMLOutputFormat;
import freemarker.template.Configuration;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;

/**
 * Writes charts as a {@code figure} of HTML that holds an {@code svg} and a legend. Well-formed as
 * XML too. Safe for use by many threads.
 */
public final class ChartWriter {
  private static final String TEMPLATE = "chart.ftlh";

  private final Template template;

  private ChartWriter(Template template) {
    this.template = template;
  }

  /**
   * Makes a writer.
   *
   * @return the writer
   */
  public static ChartWriter create() {
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(ChartWriter.class, "");
    configuration.setOutputFormat(HTMLOutputFormat.INSTANCE);
    configuration.setDefaultEncoding("UTF-8");
    configuration.setLocale(Locale.ROOT);
    configuration.setNumberFormat("c");
    try {
      return new ChartWriter(configuration.getTemplate(TEMPLATE));
    } catch (IOException e) {
      throw new AssertionError("the template is part of the program", e);
    }
  }

  /**
   * Writes a chart.
   *
   * @param chart what it shows
   * @param id name of the figure, unique on the page: letters, digits and hyphens
   * @return the figure
   * @throws IllegalArgumentException if the name has other characters
   */
  public String write(Chart chart, String id) {
    if (!id.matches("[A-Za-z][A-Za-z0-9-]*")) {
      throw new IllegalArgumentException("'" + id + "' cannot name a figure");
    }
    StringWriter out = new StringWriter();
    try {
      template.process(new ChartLayout(chart).model(id), out);
    } catch (TemplateException | IOException e) {
      throw new AssertionError("the layout has all that the template names", e);
    }
    return out.toString();
  }
}
