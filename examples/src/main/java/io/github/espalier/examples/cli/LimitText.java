package io.github.espalier.examples.cli;

import io.github.espalier.examples.study.limit.Measured;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.search.Criterion;
import io.github.espalier.examples.study.search.Direction;
import io.github.espalier.examples.study.search.Score;
import io.github.espalier.examples.study.search.Tolerance;
import io.github.espalier.examples.study.search.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Writes what searches measure for people. */
final class LimitText {
  private LimitText() {}

  /** One evaluation, such as a line that is shown when it comes. */
  static String line(Measured measured) {
    return measured.result().label()
        + ": "
        + StudyText.scores(measured.result())
        + measured.fall().map(fall -> ", below dense by " + fall(fall)).orElse("")
        + ": "
        + verdict(measured)
        + (measured.verdict() == Verdict.UNDECIDED ? ", but not for certain" : "");
  }

  private static String fall(Score fall) {
    return number(fall.value()) + " " + interval(fall);
  }

  private static String interval(Score fall) {
    return "("
        + number(fall.value() - fall.halfWidth())
        + " to "
        + number(fall.value() + fall.halfWidth())
        + ")";
  }

  private static String verdict(Measured measured) {
    return measured.kept() ? "kept" : "fallen";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** The dense model's scores, and when others count as kept. */
  static String kept(ConfigurationResult dense, Tolerance tolerance, boolean cautious) {
    List<String> wanted = new ArrayList<>();
    for (Criterion each : tolerance.criteria()) {
      wanted.add(
          each.score()
              + " at most "
              + number(each.tolerance())
              + (each.direction() == Direction.HIGHER_IS_BETTER ? " below" : " above"));
    }
    return "Dense: "
        + StudyText.scores(dense)
        + ".\nKept: "
        + String.join(", ", wanted)
        + (cautious ? ", with the whole confidence interval." : ".");
  }

  /** All evaluations, from little pruning to much. */
  static String table(List<Measured> evaluations, List<StudyPart> parts) {
    boolean distance = evaluations.stream().anyMatch(each -> each.result().distance() != null);
    List<String> headings = new ArrayList<>();
    parts.forEach(part -> headings.add(part.label()));
    headings.addAll(List.of("of model", "CLIPScore", "below dense", "95% interval"));
    if (distance) {
      headings.add("distance");
    }
    headings.add("scores");
    Table table = new Table(0, headings.toArray(String[]::new));
    evaluations.stream()
        .sorted(
            Comparator.comparing((Measured each) -> each.sparsity(StudyPart.TEXT))
                .thenComparing(each -> each.sparsity(StudyPart.UNET)))
        .forEach(each -> table.add(cells(each, parts, distance).toArray(String[]::new)));
    boolean open = evaluations.stream().anyMatch(each -> each.verdict() == Verdict.UNDECIDED);
    return table + (open ? "\n?: the interval has both, so that more images could tell." : "");
  }

  private static List<String> cells(Measured measured, List<StudyPart> parts, boolean distance) {
    List<String> cells = new ArrayList<>();
    parts.forEach(part -> cells.add(measured.sparsity(part).toString()));
    cells.add(Figures.percent(measured.result().sparsity().ofModel()));
    ClipResult clip = measured.result().clip();
    cells.add(clip == null ? "no images" : number(clip.mean()));
    cells.add(measured.fall().map(fall -> number(fall.value())).orElse(""));
    cells.add(
        measured
            .fall()
            .map(LimitText::interval)
            .map(text -> text.substring(1, text.length() - 1))
            .orElse(""));
    if (distance) {
      DistanceResult found = measured.result().distance();
      cells.add(found == null ? "" : StudyText.distance(found.value()));
    }
    cells.add(verdict(measured) + (measured.verdict() == Verdict.UNDECIDED ? "?" : ""));
    return cells;
  }
}
