package io.github.espalier.examples.study.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.sparsity.Sparsity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StudyPlanTest {
  private static final String SMALL =
      "{'name': 'small', 'images': 2, 'scores': {'clipScore': true, 'distance': 'none'},"
          + " 'experiments': [{'id': 'a', 'text': {'method': 'magnitude'}, 'sparsities': [0.5]},"
          + " {'id': 'b', 'unet': {'method': 'magnitude', 'selection': 'all'}, 'sparsities':"
          + " ['25%', 0]}]}";

  @TempDir Path temp;

  private StudyPlan read(String json) throws IOException {
    Path file = temp.resolve("plan.json");
    Files.writeString(file, json.replace('\'', '"'));
    return StudyPlan.read(file);
  }

  static List<String> names() {
    return StudyPlan.builtInNames();
  }

  @ParameterizedTest
  @MethodSource("names")
  void planIsTheSameAfterWritingAndReading(String name) throws IOException {
    StudyPlan plan = StudyPlan.builtIn(name);
    Path file = temp.resolve("plan.json");
    Files.writeString(file, plan.toJson());

    StudyPlan again = StudyPlan.read(file);

    assertThat(again).isEqualTo(plan);
    assertThat(again.toJson()).isEqualTo(plan.toJson());
  }

  @Test
  void denseComesFirstAndEachConfigurationOnce() {
    for (String name : StudyPlan.builtInNames()) {
      StudyPlan plan = StudyPlan.builtIn(name);
      List<Configuration> all = plan.configurations();

      assertThat(all.get(0)).isEqualTo(Configuration.DENSE);
      assertThat(all).doesNotHaveDuplicates();
      assertThat(all.stream().map(Configuration::id)).doesNotHaveDuplicates();
      assertThat(plan.experiments())
          .flatExtracting(Experiment::points)
          .extracting(Point::configuration)
          .filteredOn(Optional::isPresent)
          .extracting(Optional::get)
          .isSubsetOf(all);
    }
  }

  @Test
  void paperSharesWhatExperimentsHaveInCommon() {
    StudyPlan paper = StudyPlan.builtIn("paper");
    long points = paper.experiments().stream().mapToLong(each -> each.points().size()).sum();

    assertThat(paper.configurations().size()).isLessThan((int) points);
    assertThat(paper.configurations())
        .extracting(Configuration::label)
        .contains("text encoder 47.5% by magnitude, U-Net 35% by magnitude");
  }

  /** The sparsities that the paper's runs have, by share of the text encoder and of both parts. */
  @ParameterizedTest
  @CsvSource({
    "75%, 20%, 53%, 7%",
    "50%, 20%, 35%, 14%",
    "25%, 20%, 18%, 21%",
    "75%, 30%, 80%, 10%",
    "50%, 30%, 53%, 21%",
    "25%, 30%, 27%, 31%",
    "50%, 40%, 71%, 28%",
    "25%, 40%, 35%, 42%",
    "50%, 50%, 89%, 35%",
    "25%, 50%, 44%, 52%",
    "25%, 60%, 53%, 63%",
  })
  void ratiosAreThoseOfTheRunsOfThePaper(String share, String full, String text, String unet) {
    Point cell = cell(share, full);

    assertThat(cell.text()).hasValue(Sparsity.parse(text));
    assertThat(cell.unet()).hasValue(Sparsity.parse(unet));
  }

  @ParameterizedTest
  @CsvSource({"75%, 40%", "75%, 50%", "75%, 60%", "50%, 60%"})
  void impossibleCellsHaveNoConfiguration(String share, String full) {
    assertThat(cell(share, full).configuration()).isEmpty();
    assertThat(cell(share, full).text()).isEmpty();
  }

  private static Point cell(String share, String full) {
    return StudyPlan.builtIn("paper").experiments().stream()
        .filter(each -> each.id().equals("ratios"))
        .flatMap(each -> each.points().stream())
        .filter(each -> each.textShare().equals(Optional.of(Sparsity.parse(share))))
        .filter(each -> each.full().equals(Optional.of(Sparsity.parse(full))))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void descentGoesDownFromBoth() {
    Sweep.Descent descent =
        new Sweep.Descent(
            Sparsity.parse("62.5%"), Sparsity.parse("50%"), Sparsity.parse("2.5%"), 9);

    List<Sweep.Level> levels = descent.levels();

    assertThat(levels).hasSize(9);
    assertThat(levels.get(6).text()).isEqualTo(Sparsity.parse("47.5%"));
    assertThat(levels.get(6).unet()).isEqualTo(Sparsity.parse("35%"));
    assertThatThrownBy(
            () ->
                new Sweep.Descent(
                    Sparsity.parse("20%"), Sparsity.parse("50%"), Sparsity.parse("10%"), 4))
        .hasMessageContaining("below zero");
  }

  @Test
  void nothingPrunedIsTheDenseConfiguration() throws IOException {
    List<Point> points = read(SMALL).experiments().get(1).points();

    assertThat(points.get(1).configuration()).hasValue(Configuration.DENSE);
    assertThat(Configuration.DENSE.id()).isEqualTo("dense");
  }

  @Test
  void idsDependOnTheContentOnly() throws IOException {
    Configuration first = read(SMALL).configurations().get(1);
    Configuration again =
        read(SMALL.replace("'id': 'a'", "'id': 'other'").replace("0.5]", "'50%']"))
            .configurations()
            .get(1);
    Configuration other = read(SMALL.replace("0.5]", "0.51]")).configurations().get(1);

    assertThat(first.id()).isEqualTo(again.id()).matches("[0-9a-f]{16}");
    assertThat(first.id()).isNotEqualTo(other.id());
  }

  /** Fixed, since journals and folders of images of earlier runs are found by it. */
  @Test
  void idsStayWhatTheyWere() throws IOException {
    assertThat(read(SMALL).configurations().get(1).id()).isEqualTo("e54d0d58acf80c89");
  }

  @Test
  void packagesAreWrittenReadAndPartOfTheId() throws IOException {
    String oneShot = SMALL.replace("'magnitude', 'selection'", "'obs-diff', 'selection'");
    StudyPlan plan = read(oneShot.replace("'selection'", "'packages': 3, 'selection'"));
    Path file = temp.resolve("again.json");
    Files.writeString(file, plan.toJson());

    assertThat(StudyPlan.read(file)).isEqualTo(plan);
    assertThat(plan.configurations().get(2).label())
        .isEqualTo("U-Net 25% by obs-diff, layers all, in 3 packages");
    assertThat(plan.configurations().get(2).id())
        .isNotEqualTo(read(oneShot).configurations().get(2).id());
  }

  /** Statistics of all convolutions at once do not fit into the memory of usual machines. */
  @Test
  void convolutionsThatNeedProductsAreCalibratedInPackages() {
    List<Recipe> recipes =
        StudyPlan.builtIn("beyond").experiments().stream()
            .flatMap(each -> each.unet().stream())
            .filter(each -> each.selectionText().startsWith("all"))
            .filter(each -> each.need() == StatisticsNeed.GRAM)
            .toList();

    assertThat(recipes).extracting(Recipe::methodName).containsExactly("sparsegpt", "obs-diff");
    assertThat(recipes).allMatch(each -> each.packages().isPresent());
  }

  @Test
  void filesAreBesideThePlanAndNoPartOfWhatResultsDependOn() throws IOException {
    StudyPlan plan =
        read(SMALL.replace("'distance': 'none'", "'distance': 'none', 'judge': 'my/judge'"));

    assertThat(plan.scores().judge()).hasValue(temp.resolve("my/judge").toAbsolutePath());
    assertThat(plan.toJsonWithoutFiles()).isEqualTo(read(SMALL).toJsonWithoutFiles());
  }

  static List<String[]> faults() {
    List<String[]> faults = new ArrayList<>();
    faults.add(new String[] {"'images': 2", "'images': 0", "images: found 0, expected"});
    faults.add(new String[] {"'images': 2", "'images': 200000", "images is 200000"});
    faults.add(new String[] {"'images': 2", "'image': 2", "image: there is no such setting"});
    faults.add(
        new String[] {"['25%', 0]", "['25%', 2]", "experiments[1].sparsities[1]: sparsity 2"});
    faults.add(new String[] {"[0.5]", "[]", "experiments[0].sparsities: there are no"});
    faults.add(new String[] {"[0.5]", "0.5", "experiments[0].sparsities: found 0.5"});
    faults.add(new String[] {"'all'", "'['", "experiments[1].unet: "});
    faults.add(
        new String[] {
          "{'method': 'magnitude'}", "{'method': 'magic'}", "experiments[0].text: unknown"
        });
    faults.add(
        new String[] {
          "{'method': 'magnitude'}",
          "{'method': 'magnitude', 'options': {'rule': 'x'}}",
          "experiments[0].text: "
        });
    faults.add(new String[] {"'distance': 'none'", "'distance': 'fud'", "scores.distance: 'fud'"});
    faults.add(new String[] {"'id': 'b'", "'id': 'a'", "two experiments have the id 'a'"});
    faults.add(
        new String[] {
          "'sparsities': [0.5]", "'descent': {}", "experiments[0].descent.text: found nothing"
        });
    faults.add(
        new String[] {
          "'sparsities': [0.5]",
          "'sparsities': [0.5], 'descent': {}",
          "experiments[0]: found sparsities and descent"
        });
    faults.add(
        new String[] {
          "'method': 'magnitude', 'selection'",
          "'sequential': true, 'method': 'wanda', 'selection'",
          "experiments[1]: the U-Net has no order"
        });
    faults.add(
        new String[] {
          "{'method': 'magnitude'}",
          "{'method': 'wanda', 'packages': 2}",
          "experiments[0]: packages are for the U-Net"
        });
    faults.add(
        new String[] {
          "'selection'", "'packages': 2, 'selection'", "nothing to calibrate in packages"
        });
    faults.add(
        new String[] {
          "'magnitude', 'selection'",
          "'wanda', 'packages': 0, 'selection'",
          "experiments[1].unet.packages: found 0"
        });
    return faults;
  }

  @ParameterizedTest
  @MethodSource("faults")
  void errorsNameTheElement(String part, String wrong, String message) {
    String json = SMALL.replace(part, wrong);
    assertThat(json).isNotEqualTo(SMALL);

    assertThatThrownBy(() -> read(json))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(temp.resolve("plan.json").toString())
        .hasMessageContaining(message);
  }
}
