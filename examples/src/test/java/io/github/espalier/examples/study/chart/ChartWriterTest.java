package io.github.espalier.examples.study.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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

  private static Chart chart(String title, List<Marker> thresholds, Series... series) {
    return new Chart(
        title,
        "The score falls.",
        SPARSITY,
        SCORE,
        List.of(series),
        thresholds,
        List.of(new Marker("dense", 0.314)));
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

  @Test
  void isWellFormedWhateverTheNames() throws Exception {
    String figure = ChartWriter.write(chart("a < b & c", List.of(), TEXT, UNET), "one");

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
                chart("t", List.of(new Marker("threshold", 0.61)), TEXT, UNET), "one"));

    List<Element> dots =
        elements(document, "circle").stream()
            .filter(circle -> circle.getElementsByTagName("title").getLength() > 0)
            .toList();
    assertThat(dots)
        .extracting(Element::getTextContent)
        .containsExactly(
            "text <encoder> & \"more\", 0 %: 0.3100 (0.3000 to 0.3200)",
            "text <encoder> & \"more\", 30 %: 0.3000 (0.2900 to 0.3100)",
            "text <encoder> & \"more\", 60 %: 0.2000 (0.1500 to 0.2500)",
            "U-Net, 50 %: 0.2800");
    assertThat(dots.subList(0, 3))
        .extracting(dot -> Double.valueOf(dot.getAttribute("cx")))
        .isSorted();
    assertThat(dots.subList(0, 3))
        .extracting(dot -> Double.valueOf(dot.getAttribute("cy")))
        .isSorted();
    assertThat(dots)
        .allSatisfy(
            dot -> {
              assertThat(Double.parseDouble(dot.getAttribute("cx"))).isBetween(64.0, 624.0);
              assertThat(Double.parseDouble(dot.getAttribute("cy"))).isBetween(16.0, 312.0);
            });
    List<String> bands =
        elements(document, "path").stream()
            .filter(path -> path.getAttribute("class").equals("band"))
            .map(path -> path.getAttribute("d"))
            .toList();
    assertThat(bands).singleElement().asString().matches("M[^LZ]+(L[^LZ]+){5}Z");
  }

  @Test
  void refusesWhatCannotBeShown() {
    List<Series> nine = Collections.nCopies(9, UNET);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> chart("many", List.of(), nine.toArray(new Series[0])))
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
        .isThrownBy(() -> ChartWriter.write(chart("t", List.of(), UNET), id))
        .withMessage("'" + id + "' cannot name a figure");
  }
}
