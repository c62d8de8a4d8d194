package io.github.espalier.examples.study.report;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.plan.Experiment;
import io.github.espalier.examples.study.plan.Point;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.Sweep;
import io.github.espalier.examples.study.published.PublishedRun;
import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.run.StudyResult;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Puts the results of each experiment into a table. */
final class StudyTables {
  private final StudyResult result;
  private final Optional<PublishedScores> published;
  private final String distanceName;

  StudyTables(StudyResult result) {
    this.result = result;
    this.published = PublishedScores.of(result);
    this.distanceName = DistanceName.of(result);
  }

  /** A table for each experiment, the dense model first. */
  List<ReportTable> experiments() {
    return result.plan().experiments().stream().map(this::table).toList();
  }

  private ReportTable table(Experiment experiment) {
    return new ReportTable(
        experiment.id(), experiment.title(), "", columns(experiment), rows(experiment));
  }

  private List<String> columns(Experiment experiment) {
    List<String> columns = new ArrayList<>();
    if (experiment.sweep() instanceof Sweep.Ratios) {
      columns.addAll(List.of("text : U-Net", "wanted of both"));
    }
    for (StudyPart part : parts(experiment)) {
      columns.add(part.label() + ", of selected");
      columns.add(part.label() + ", of all");
    }
    columns.add("of model");
    columns.addAll(scoreColumns());
    return columns;
  }

  /** Headings of the cells of {@link #scores}. */
  List<String> scoreColumns() {
    List<String> columns = new ArrayList<>(List.of("CLIPScore", "low", "high", distanceName));
    if (published.isPresent()) {
      columns.addAll(List.of("published CLIPScore", "published FID"));
    }
    return columns;
  }

  static List<StudyPart> parts(Experiment experiment) {
    List<StudyPart> parts = new ArrayList<>();
    experiment.text().ifPresent(recipe -> parts.add(StudyPart.TEXT));
    experiment.unet().ifPresent(recipe -> parts.add(StudyPart.UNET));
    return parts;
  }

  private List<List<String>> rows(Experiment experiment) {
    List<List<String>> rows = new ArrayList<>();
    Curve.dense(result).ifPresent(dense -> rows.add(row(experiment, Optional.empty(), dense)));
    for (Point point : experiment.points()) {
      rows.add(
          result
              .at(point)
              .map(found -> row(experiment, Optional.of(point), found))
              .orElseGet(() -> unavailable(experiment, point)));
    }
    return rows;
  }

  private List<String> row(
      Experiment experiment, Optional<Point> point, ConfigurationResult found) {
    List<String> cells = new ArrayList<>(wanted(experiment, point));
    for (StudyPart part : parts(experiment)) {
      cells.add(Numbers.percent(Denominator.SELECTED.of(found.sparsity(), part)));
      cells.add(Numbers.percent(Denominator.COMPONENT.of(found.sparsity(), part)));
    }
    cells.add(Numbers.percent(found.sparsity().ofModel()));
    cells.addAll(scores(experiment, point, Optional.of(found)));
    return cells;
  }

  /**
   * The scores of a point, and the published ones where there are any.
   *
   * @param point of the experiment; the dense model if empty
   * @param found its result; not available if empty
   */
  List<String> scores(
      Experiment experiment, Optional<Point> point, Optional<ConfigurationResult> found) {
    List<String> cells = new ArrayList<>();
    if (found.isPresent()) {
      cells.addAll(measured(found.get()));
    } else {
      cells.addAll(Collections.nCopies(4, Numbers.NOT_AVAILABLE));
    }
    published.ifPresent(
        scores -> {
          Optional<PublishedRun> run =
              found.isPresent() ? scores.run(experiment, point) : Optional.empty();
          cells.add(run.map(each -> Numbers.score(each.clipScore())).orElse(""));
          cells.add(run.map(each -> Numbers.distance(each.fid())).orElse(""));
        });
    return cells;
  }

  /** The cells of a table of ratios that say what was asked for. */
  private static List<String> wanted(Experiment experiment, Optional<Point> point) {
    if (!(experiment.sweep() instanceof Sweep.Ratios)) {
      return List.of();
    }
    return List.of(
        point.flatMap(Point::textShare).map(StudyTables::ratio).orElse("dense"),
        point.flatMap(Point::full).map(Sparsity::toString).orElse("0%"));
  }

  /** Writes the text encoder's share of the removed weights as a ratio, such as {@code 3:1}. */
  static String ratio(Sparsity textShare) {
    BigDecimal text = textShare.exactFraction();
    BigDecimal unet = BigDecimal.ONE.subtract(text);
    int scale = Math.max(text.scale(), unet.scale());
    BigInteger first = text.setScale(scale, RoundingMode.UNNECESSARY).unscaledValue();
    BigInteger second = unet.setScale(scale, RoundingMode.UNNECESSARY).unscaledValue();
    BigInteger common = first.gcd(second);
    return first.divide(common) + ":" + second.divide(common);
  }

  private static List<String> measured(ConfigurationResult found) {
    if (found.failure() != null) {
      return Collections.nCopies(4, Numbers.FAILED);
    }
    ClipResult clip = found.clip();
    DistanceResult distance = found.distance();
    List<String> cells = new ArrayList<>();
    if (clip == null) {
      cells.addAll(List.of("", "", ""));
    } else {
      cells.addAll(
          List.of(
              Numbers.score(clip.mean()), Numbers.score(clip.low()), Numbers.score(clip.high())));
    }
    cells.add(distance == null ? "" : Numbers.distance(distance.value()));
    return cells;
  }

  private List<String> unavailable(Experiment experiment, Point point) {
    List<String> cells = new ArrayList<>(wanted(experiment, Optional.of(point)));
    int sparsities = 2 * parts(experiment).size() + 1;
    cells.addAll(Collections.nCopies(sparsities, Numbers.NOT_AVAILABLE));
    cells.addAll(scores(experiment, Optional.of(point), Optional.empty()));
    return cells;
  }
}
