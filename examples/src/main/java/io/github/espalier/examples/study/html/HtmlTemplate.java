package io.github.espalier.examples.study.html;

import freemarker.core.HTMLOutputFormat;
import freemarker.template.Configuration;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import freemarker.template.TemplateModel;
import freemarker.template.TemplateModelException;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;

/** A template among the program's resources. Safe for use by many threads. */
public final class HtmlTemplate {
  private final Template template;

  private HtmlTemplate(Template template) {
    this.template = template;
  }

  /**
   * Reads a template.
   *
   * @param user a class in whose package the template is
   * @param name of the template's file
   * @return the template
   */
  public static HtmlTemplate of(Class<?> user, String name) {
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(user, "");
    configuration.setOutputFormat(HTMLOutputFormat.INSTANCE);
    configuration.setDefaultEncoding("UTF-8");
    configuration.setLocale(Locale.ROOT);
    configuration.setNumberFormat("c");
    configuration.setLogTemplateExceptions(false);
    try {
      return new HtmlTemplate(configuration.getTemplate(name));
    } catch (IOException e) {
      throw new AssertionError("the template is part of the program", e);
    }
  }

  /**
   * Fills the template.
   *
   * @param values what it names: texts, which are escaped, lists, maps, and {@link #markup}
   * @return HTML
   */
  public String fill(Map<String, ?> values) {
    StringWriter out = new StringWriter();
    try {
      template.process(values, out);
    } catch (TemplateException | IOException e) {
      throw new AssertionError("the template names what it is not given", e);
    }
    return out.toString();
  }

  /**
   * Marks HTML as such, so that it is not escaped again.
   *
   * @param html what another template gave
   * @return a value for a template
   */
  public static TemplateModel markup(String html) {
    try {
      return HTMLOutputFormat.INSTANCE.fromMarkup(html);
    } catch (TemplateModelException e) {
      throw new AssertionError("markup is taken as it is", e);
    }
  }
}
