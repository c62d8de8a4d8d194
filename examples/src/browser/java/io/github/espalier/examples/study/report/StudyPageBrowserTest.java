package io.github.espalier.examples.study.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.run.StudyResult;
import io.github.espalier.sd2.json.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The pages of two studies in a browser: {@code paper}, the plan that ships with Espalier, on a
 * model of Stable Diffusion 2's size, and {@code small}, with long names, failures and few points.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StudyPageBrowserTest {
  private static final String SMALL =
      """
      {"name": "<made up> & more", "images": 16,
       "sampling": {"width": 16, "height": 16, "steps": 2, "guidance": 3, "scheduler": "ddim"},
       "scores": {"distance": "judge", "judge": "judge", "references": "references"},
       "calibration": {"limit": 2, "steps": 1},
       "experiments": [
        {"id": "text", "title": "Text encoder by magnitude, a title that is longer than any other",
         "text": {"method": "magnitude"}, "sparsities": [0.2, 0.6, 0.8]},
        {"id": "unet", "title": "U-Net", "unet": {"method": "magnitude"},
         "sparsities": [0.4, 0.5]},
        {"id": "both", "title": "Both", "text": {"method": "magnitude"},
         "unet": {"method": "magnitude"},
         "ratios": {"textShares": [0.5, 1], "full": [0.2, 0.5]}}]}
      """;

  private static final List<String> CAPTIONS =
      List.of("a <b>red</b> circle", "a \"blue\" square & a ring ".repeat(8));

  /** What WCAG 2.2 asks of text of this size at level AA. */
  private static final double CONTRAST = 4.5;


  @TempDir static Path folder;

  private final Browser browser = Browser.open();

  @BeforeAll
  void writePages() throws IOException {
    Path plan = folder.resolve("plan.json");
    Files.writeString(plan, SMALL);
    StudyResult small =
        MadeUpStudy.small(
                (text, unet) -> text > 0.7 ? null : Double.valueOf(0.8 - 0.5 * text * unet))
            .of(StudyPlan.of(JsonFile.read(plan)));
    write(small, "small", 16);
    StudyResult paper =
        MadeUpStudy.sd2((text, unet) -> 0.31 / (1 + Math.exp(40 * (Math.max(text, unet) - 0.62))))
            .of(StudyPlan.builtIn("paper"));
    write(paper, "paper", 256);
  }

  private static void write(StudyResult result, String name, int size) throws IOException {
    Path study = Files.createDirectories(folder.resolve(name));
    MadeUpStudy.writeImages(result, study, CAPTIONS, size);
    StudyReport.write(result, study);
  }

  @AfterAll
  void close() {
    browser.close();
  }

  private void show(String name, int width, boolean dark) {
    browser.show(folder.resolve(name).resolve(StudyReport.PAGE), width, dark);
    browser.ask("for (const each of document.querySelectorAll('details')) each.open = true; return 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "paper"})
  void nothingIsSaidOnTheConsoleAndNothingAskedOfTheNetwork(String name) {
    browser.console();
    browser.requests();
    show(name, 1280, false);
    browser.ask("for (const each of document.querySelectorAll('button, input')) each.click(); return 1");

    assertThat(browser.console()).isEmpty();
    assertThat(browser.requests())
        .isNotEmpty()
        .allMatch(each -> each.contains("\"url\":\"file:") || each.contains("\"url\":\"data:"));
  }

  @ParameterizedTest
  @CsvSource({"small, 375", "small, 768", "small, 1280", "paper, 375", "paper, 768", "paper, 1280"})
  void thePageIsAsWideAsTheWindow(String name, int width) {
    show(name, width, false);

    assertThat(browser.ask("return document.documentElement.scrollWidth")).isEqualTo((long) width);
    assertThat(
            browser.list(
                """
                return [...document.querySelectorAll('body *')]
                    .filter(each => !each.closest('.wide, pre, svg, .by'))
                    .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
                    .map(each => each.outerHTML.slice(0, 200));
                """))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "paper"})
  void eachImageIsThereAndSaysWhatItShows(String name) {
    show(name, 1280, false);

    assertThat(
            browser.list(
                """
                return [...document.images]
                    .filter(each => !each.complete || !each.naturalWidth
                        || !/^“.*”, seed \\d+, (dense|.*%.*)$/.test(each.alt))
                    .map(each => each.alt + ' ' + each.naturalWidth);
                """))
        .isEmpty();
    assertThat((Long) browser.ask("return document.images.length"))
        .isBetween(1L, (long) ContactSheets.MOST);
    assertThat(browser.list("return [...document.images].map(each => each.alt)"))
        .contains("“a <b>red</b> circle”, seed 0, dense");
  }

  @ParameterizedTest
  @CsvSource({"375, false", "1280, false", "375, true", "1280, true"})
  void labelsOfChartsKeepInsideAndApart(int width, boolean dark) {
    for (String name : List.of("small", "paper")) {
      show(name, width, dark);
      for (Denominator by : Denominator.values()) {
        browser.ask("document.getElementById('by-" + by.key() + "').click(); return 1");
        assertThat(browser.list(CHART_PROBLEMS)).as(name + " by " + by).isEmpty();
      }
    }
  }

  private static final String CHART_PROBLEMS =
      """
      const problems = [];
      for (const svg of document.querySelectorAll('.chart > svg')) {
        const box = svg.getBoundingClientRect();
        if (!box.width) continue;
        const texts = [...svg.querySelectorAll('text')]
            .map(each => ({text: each.textContent, box: each.getBoundingClientRect()}));
        const inside = each => each.left >= box.left - 1 && each.right <= box.right + 1
            && each.top >= box.top - 1 && each.bottom <= box.bottom + 1;
        const apart = (a, b) => a.right <= b.left || b.right <= a.left
            || a.bottom <= b.top + 3 || b.bottom <= a.top + 3;
        texts.forEach((a, i) => {
          if (!inside(a.box)) problems.push(svg.parentNode.id + ': outside: ' + a.text);
          texts.slice(i + 1).filter(b => !apart(a.box, b.box)).forEach(b =>
              problems.push(svg.parentNode.id + ': overlap: ' + a.text + ' and ' + b.text));
        });
      }
      return problems;
      """;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void textHasContrast(boolean dark) {
    for (String name : List.of("small", "paper")) {
      show(name, 1280, dark);
      assertThat(contrast()).isGreaterThan(CONTRAST);
      browser.ask("document.querySelector('.theme').click(); return 1");
      assertThat(contrast()).as("after the switch").isGreaterThan(CONTRAST);
      assertThat(browser.ask("return document.documentElement.dataset.theme"))
          .isEqualTo(dark ? "light" : "dark");
    }
  }

  /** The least contrast of an element with text of its own against the ground behind it. */
  private double contrast() {
    Object least =
        browser.ask(
            """
            const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
            const light = colour => {
              const [r, g, b] = numbers(colour).slice(0, 3).map(v => v / 255)
                  .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const ground = each => {
              const own = getComputedStyle(each).backgroundColor;
              const clear = own === 'transparent' || numbers(own)[3] === 0;
              return clear && each.parentElement ? ground(each.parentElement) : own;
            };
            const own = each => [...each.childNodes]
                .some(node => node.nodeType === 3 && node.textContent.trim());
            return Math.min(...[...document.querySelectorAll('body *')]
                .filter(each => own(each) && !each.closest('script, style, title, desc'))
                .filter(each => each.getClientRects().length)
                .map(each => {
                  const style = getComputedStyle(each);
                  const a = light(each instanceof SVGElement ? style.fill : style.color);
                  const b = light(ground(each));
                  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                })) + 0.0001;
            """);
    return ((Number) least).doubleValue();
  }

  @Test
  void tablesSortBothWaysWithWhatIsNoNumberLast() {
    show("small", 1280, false);
    String cells =
        """
        const table = document.getElementById('both');
        table.tHead.rows[0].cells[3].firstElementChild.click();
        return [...table.tBodies[0].rows].map(row => row.cells[3].textContent.trim());
        """;
    List<String> up = browser.list(cells);
    List<String> down = browser.list(cells);

    assertThat(up).hasSize(5).last().isEqualTo("N/A");
    assertThat(down).hasSize(5).last().isEqualTo("N/A");
    List<Double> numbers = numbers(up);
    assertThat(numbers).isSorted().doesNotHaveDuplicates();
    assertThat(numbers(down)).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(
            browser.ask(
                "return document.querySelectorAll('#both th[aria-sort=descending]').length"))
        .isEqualTo(1L);
  }

  private static List<Double> numbers(List<String> cells) {
    return cells.stream()
        .filter(each -> !each.equals("N/A"))
        .map(each -> Double.valueOf(each.replace(" %", "")))
        .toList();
  }

  @Test
  void oneDenominatorIsShownAtATime() {
    show("paper", 1280, false);
    String shown =
        "return [...new Set([...document.querySelectorAll('.panel')].filter(each =>"
            + " each.getClientRects().length).map(each => each.className))]";
    for (Denominator by : Denominator.values()) {
      browser.ask("document.getElementById('by-" + by.key() + "').click(); return 1");
      assertThat(browser.list(shown)).containsExactly("panel by-" + by.key());
    }
  }
}
