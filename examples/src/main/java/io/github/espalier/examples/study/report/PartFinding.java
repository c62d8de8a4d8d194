package io.github.espalier.examples.study.report;

import static io.github.espalier.examples.study.report.Findings.percent;
import static io.github.espalier.examples.study.report.Findings.score;

import io.github.espalier.examples.study.chart.Point;
import io.github.espalier.examples.study.plan.Experiment;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.Sweep;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How much of a part can be removed before CLIPScore falls, and how it falls, by the first
 * experiment of a plan that prunes this part alone.
 *
 * @param title of the experiment
 * @param points the dense model and then, in order, the pruned models below {@code broken}
 * @param falls where CLIPScore falls to the level, by a straight line between the points
 * @param broken the least sparsity whose images could not be scored
 */
record PartFinding(String title, List<Point> points, OptionalDouble falls, OptionalDouble broken) {
  /** Parts that give way closer to each other tolerate about as much. */
  private static final double SAME = 0.05;

  private static final String SELECTED = " of the selected weights";

  static Optional<PartFinding> of(StudyResult result, StudyPart part, double level) {
    return result.plan().experiments().stream()
        .filter(each -> Curve.prunesOnly(each, part) && each.sweep() instanceof Sweep.Single)
        .map(each -> of(result, each, part, level))
        .filter(each -> each.points().size() > 1 || each.broken().isPresent())
        .findFirst();
  }

  private static PartFinding of(
      StudyResult result, Experiment experiment, StudyPart part, double level) {
    OptionalDouble broken =
        experiment.points().stream()
            .flatMap(each -> result.at(each).stream())
            .filter(each -> each.clip() == null)
            .mapToDouble(each -> Curve.sparsity(each, part))
            .min();
    Curve curve =
        Curve.of(result, experiment, part, Curve.CLIP_SCORE).below(broken.orElse(Double.MAX_VALUE));
    return new PartFinding(
        experiment.title(), curve.series().points(), curve.fallsTo(level), broken);
  }

  /** One or two sentences. */
  String sentences() {
    if (points.size() == 1) {
      return title + ": already at " + percent(broken.orElseThrow()) + " no image can be scored.";
    }
    if (falls.isEmpty()) {
      return title
          + ": "
          + percent(last().x())
          + SELECTED
          + " can be removed unnoticed; "
          + broken.stream()
              .mapToObj(each -> "at " + percent(each) + " no image can be scored.")
              .findFirst()
              .orElse("more was not tried.");
    }
    return title
        + (fallsAtOnce()
            ? ": even the least that was tried, "
                + percent(points.get(1).x())
                + SELECTED
                + ", is"
                + " noticed. "
            : ": about " + percent(falls.getAsDouble()) + SELECTED + " can be removed unnoticed. ")
        + shape(Decline.of(points));
  }

  private String shape(Decline decline) {
    Decline.Stretch steepest = decline.steepest();
    String ends =
        String.format(
            "from %s at %s to %s at %s",
            score(steepest.before()),
            percent(steepest.from()),
            score(steepest.after()),
            percent(steepest.to()));
    Point least = points.stream().min(Comparator.comparingDouble(Point::y)).orElseThrow();
    return switch (decline.kind()) {
      case CLIFF -> "CLIPScore gives way at a cliff, " + ends + ".";
      case UNKNOWN -> "CLIPScore falls " + ends + "; points between would tell whether at a cliff.";
      case GRADUAL ->
          "CLIPScore declines gradually, to "
              + score(least.y())
              + " at "
              + percent(least.x())
              + ".";
    };
  }

  /** Says which of two parts tolerates more, and which has a cliff. */
  static String compare(PartFinding text, PartFinding unet) {
    return limits(text, unet) + cliffs(text, unet) + ".";
  }

  private static String limits(PartFinding text, PartFinding unet) {
    if (text.atLeast() >= unet.atMost() + SAME) {
      return "The text encoder tolerates more";
    }
    if (unet.atLeast() >= text.atMost() + SAME) {
      return "The U-Net tolerates more";
    }
    boolean close =
        Math.max(text.atMost(), unet.atMost()) - Math.min(text.atLeast(), unet.atLeast()) < SAME;
    return close
        ? "Both tolerate about as much"
        : "Which of the two tolerates more, these points do not tell";
  }

  private static String cliffs(PartFinding text, PartFinding unet) {
    Optional<Boolean> first = text.cliff();
    Optional<Boolean> second = unet.cliff();
    if (first.isEmpty() || second.isEmpty()) {
      return "";
    }
    if (first.equals(second)) {
      return first.get() ? ", and both have a cliff" : ", and neither has a cliff";
    }
    return ", and only the " + (first.get() ? "text encoder" : "U-Net") + " has a cliff";
  }

  /** Whether the part has a cliff; empty if that is not known. */
  Optional<Boolean> cliff() {
    if (falls.isEmpty()) {
      return Optional.empty();
    }
    return switch (Decline.of(points).kind()) {
      case CLIFF -> Optional.of(true);
      case GRADUAL -> Optional.of(false);
      case UNKNOWN -> Optional.empty();
    };
  }

  /** So much can be removed for certain. */
  private double atLeast() {
    if (points.size() == 1 || (falls.isPresent() && fallsAtOnce())) {
      return 0;
    }
    return falls.orElse(last().x());
  }

  /** No more than that can be removed; 1 if nothing is known. */
  private double atMost() {
    if (falls.isEmpty()) {
      return broken.orElse(1);
    }
    return fallsAtOnce() ? points.get(1).x() : falls.getAsDouble();
  }

  private boolean fallsAtOnce() {
    return falls.orElseThrow() <= points.get(1).x();
  }

  private Point last() {
    return points.get(points.size() - 1);
  }
}
