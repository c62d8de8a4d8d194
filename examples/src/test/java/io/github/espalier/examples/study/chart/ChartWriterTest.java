package io.github.espalier.examples.study.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.collect.MoreCollectors;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ChartWriterTest {
  private static final Axis SPARSITY = new Axis("sparsity of the component", Axis.Unit.PERCENT);
  private static final Axis SCORE = new Axis("CLIPScore", Axis.Unit.NUMBER);

  private static final Series TEXT =
      new Series(
          "text <encoder> & \"more\"",
          List.of(
              new Point(0.6, 0.2, 0.15, 0.25),
              new Point(0, 0.31, 0.3, 0.32),
              new Point(0.3, 0.3, 0.29, 0.31)));

  private static final Series UNET = new Series("U-Net", List.of(Point.exact(0.5, 0.28)));

  private static Chart chart(String title, Series... series) {
    return new Chart(
        title,
        "The score falls.",
        SPARSITY,
        SCORE,
        List.of(series),
        List.of(new Marker("dense", 0.314), new Marker("fallen", 0.3)));
  }

  private static Document parse(String figure) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(figure)));
  }

  private static List<Element> elements(Document document, String name) {
    NodeList nodes = document.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  /** Where a dot is: {@code translate(x y)}. */
  private static double place(Element dot, int axis) {
    String transform = dot.getAttribute("transform");
    assertThat(transform).matches("translate\\([0-9.]+ [0-9.]+\\)");
    return Double.parseDouble(transform.substring(10, transform.length() - 1).split(" ", -1)[axis]);
  }

  @Test
  void isWellFormedWhateverTheNames() throws Exception {
    String figure = ChartWriter.write(chart("a < b & c", TEXT, UNET), "one");

    Document document = parse(figure);
    assertThat(elements(document, "title").get(0).getTextContent()).isEqualTo("a < b & c");
    assertThat(elements(document, "desc").get(0).getTextContent()).isEqualTo("The score falls.");
    assertThat(elements(document, "li"))
        .extracting(Element::getTextContent)
        .containsExactly("text <encoder> & \"more\"", "U-Net");
    assertThat(figure).doesNotContain("NaN", "Infinity");
  }

  @Test
  void drawsEachPointOnceFromLeftToRightWithItsNumbers() throws Exception {
    Document document =
        parse(
            ChartWriter.write(
                chart("t", TEXT.withThreshold(new Marker("threshold", 0.61)), UNET), "one"));

    List<Element> dots =
        elements(document, "path").stream()
            .filter(path -> path.getAttribute("class").equals("dot"))
            .filter(path -> path.getElementsByTagName("title").getLength() > 0)
            .toList();
    assertThat(dots)
        .extracting(Element::getTextContent)
        .containsExactly(
            "text <encoder> & \"more\", 0 %: 0.3100 (0.3000 to 0.3200)",
            "text <encoder> & \"more\", 30 %: 0.3000 (0.2900 to 0.3100)",
            "text <encoder> & \"more\", 60 %: 0.2000 (0.1500 to 0.2500)",
            "U-Net, 50 %: 0.2800");
    assertThat(dots.subList(0, 3)).extracting(dot -> place(dot, 0)).isSorted();
    assertThat(dots.subList(0, 3)).extracting(dot -> place(dot, 1)).isSorted();
    assertThat(dots)
        .allSatisfy(
            dot -> {
              assertThat(place(dot, 0)).isBetween(56.0, 460.0);
              assertThat(place(dot, 1)).isBetween(34.0, 270.0);
            });
    List<String> bands =
        elements(document, "path").stream()
            .filter(path -> path.getAttribute("class").equals("band"))
            .map(path -> path.getAttribute("d"))
            .toList();
    assertThat(bands).singleElement().asString().matches("M[^LZ]+(L[^LZ]+){5}Z");
  }

  /** It has the other's colour and shape; the legend explains all companions at once. */
  @Test
  void aCompanionLooksLikeTheCurveItStandsBeside() throws Exception {
    Series published = new Series("published", List.of(Point.exact(0, 0.3), Point.exact(0.6, 0.2)));
    Document document =
        parse(ChartWriter.write(chart("t", UNET, TEXT, published.besideCurve(1)), "one"));

    assertThat(elements(document, "g").stream().map(each -> each.getAttribute("class")))
        .contains("series s0", "series s1", "series s1 beside");
    assertThat(elements(document, "li"))
        .extracting(Element::getTextContent)
        .containsExactly(
            "U-Net", "text <encoder> & \"more\"", "dotted, in the same colours: published");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> chart("t", UNET, published.besideCurve(2)))
        .withMessage("curve published stands beside one that is not there");
  }

  @Test
  void thresholdsAndLevelsAreMarkedAndSaid() throws Exception {
    Document document =
        parse(
            ChartWriter.write(
                chart("t", TEXT.withThreshold(new Marker("falls at 45 %", 0.45))), "one"));

    Element line =
        elements(document, "line").stream()
            .filter(each -> each.getAttribute("class").equals("threshold"))
            .collect(MoreCollectors.onlyElement());
    assertThat(Double.parseDouble(line.getAttribute("x1"))).isBetween(258.0, 460.0);
    assertThat(elements(document, "li").get(0).getTextContent()).endsWith("falls at 45 %");
    assertThat(elements(document, "text"))
        .extracting(Element::getTextContent)
        .contains("dense", "fallen");
  }

  @Test
  void refusesWhatCannotBeShown() {
    List<Series> nine = Collections.nCopies(9, UNET);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> chart("many", nine.toArray(new Series[0])))
        .withMessage("chart many has 9 curves, but can have 1 to 8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Series("empty", List.of()))
        .withMessage("curve empty has no points");
    assertThatIllegalArgumentException().isThrownBy(() -> new Point(0, 1, 2, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> Point.exact(0, Double.NaN));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Marker("m", Double.POSITIVE_INFINITY));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1a", "a b", "a\""})
  void namesOfFiguresArePlain(String id) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChartWriter.write(chart("t", UNET), id))
        .withMessage("'" + id + "' cannot name a figure");
  }
}
