package io.github.espalier.examples.study.report;

import io.github.espalier.examples.study.chart.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How a score declines along a curve that begins with the dense model.
 *
 * @param kind whether there is a cliff
 * @param steepest where most is lost: at the cliff if there is one
 */
record Decline(Kind kind, Stretch steepest) {
  /** What is lost at a cliff at least, as a share of the dense model's score. */
  static final double LOSS = 1.0 / 3;

  /** How wide a cliff is at most, as a share of the weights. */
  static final double WIDTH = 0.1;

  /** Sparsities or scores that differ by less are the same. */
  private static final double ROUNDING = 1e-9;

  /** Whether there is a cliff. */
  enum Kind {
    /** {@link #LOSS} is lost within {@link #WIDTH} somewhere. */
    CLIFF,
    /** Nowhere so. */
    GRADUAL,
    /** So much is lost between two points that are farther apart. */
    UNKNOWN
  }

  /** A stretch of a curve, with the score at its ends. */
  record Stretch(double from, double to, double before, double after) {
    static Stretch between(Point from, Point to) {
      return new Stretch(from.x(), to.x(), from.y(), to.y());
    }

    double loss() {
      return before - after;
    }

    boolean narrow() {
      return to - from < WIDTH + ROUNDING;
    }
  }

  /**
   * Looks at a curve.
   *
   * @param points in order, at least two, the dense model's first
   * @return how the score declines, by straight lines between the points
   */
  static Decline of(List<Point> points) {
    double enough = LOSS * Math.abs(points.get(0).y()) - ROUNDING;
    List<Stretch> gaps = new ArrayList<>();
    for (int i = 1; i < points.size(); i++) {
      gaps.add(Stretch.between(points.get(i - 1), points.get(i)));
    }
    List<Stretch> narrow = windows(points);
    gaps.stream().filter(Stretch::narrow).forEach(narrow::add);
    Comparator<Stretch> byLoss = Comparator.comparingDouble(Stretch::loss);
    Stretch widest = gaps.stream().max(byLoss).orElseThrow();
    Stretch steepest = narrow.stream().max(byLoss).orElse(widest);
    if (steepest.narrow() && steepest.loss() >= enough) {
      return new Decline(Kind.CLIFF, steepest);
    }
    return widest.loss() >= enough
        ? new Decline(Kind.UNKNOWN, widest)
        : new Decline(Kind.GRADUAL, steepest);
  }

  /** The loss is linear in between, so that the greatest has a point at one of its ends. */
  private static List<Stretch> windows(List<Point> points) {
    double end = points.get(points.size() - 1).x() + ROUNDING;
    double start = points.get(0).x() - ROUNDING;
    List<Stretch> windows = new ArrayList<>();
    for (Point each : points) {
      for (double from : new double[] {each.x(), each.x() - WIDTH}) {
        double to = from + WIDTH;
        if (from > start && to < end) {
          windows.add(new Stretch(from, to, score(points, from), score(points, to)));
        }
      }
    }
    return windows;
  }

  private static double score(List<Point> points, double x) {
    int next = 1;
    while (points.get(next).x() < x - ROUNDING) {
      next++;
    }
    Point before = points.get(next - 1);
    Point after = points.get(next);
    double width = after.x() - before.x();
    double share = width < ROUNDING ? 1 : (x - before.x()) / width;
    return before.y() + share * (after.y() - before.y());
  }
}
