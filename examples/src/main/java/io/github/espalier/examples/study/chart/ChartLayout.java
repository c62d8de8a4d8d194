package io.github.espalier.examples.study.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Places what a chart shows, in the units of its view box. */
final class ChartLayout {
  private static final double WIDTH = 480;
  private static final double HEIGHT = 320;
  private static final double LEFT = 56;
  private static final double RIGHT = WIDTH - 20;
  private static final double TOP = 34;
  private static final double BOTTOM = HEIGHT - 50;

  /** What a label needs of the height of the plot, with some space. */
  private static final double ROOM = 0.1;

  /** Circle, square, triangle, diamond: curves differ by more than their colours. */
  private static final List<String> DOTS =
      List.of(
          "M-3.6 0A3.6 3.6 0 1 0 3.6 0A3.6 3.6 0 1 0 -3.6 0Z",
          "M-3.2 -3.2H3.2V3.2H-3.2Z",
          "M0 -4.4L4.2 3.2H-4.2Z",
          "M0 -4.6L4.6 0L0 4.6L-4.6 0Z");

  private final Chart chart;
  private final Scale x;
  private final Scale y;

  ChartLayout(Chart chart) {
    this.chart = chart;
    double[] across =
        DoubleStream.concat(
                points().mapToDouble(Point::x),
                chart.series().stream()
                    .flatMap(each -> each.threshold().stream())
                    .mapToDouble(Marker::at))
            .toArray();
    double[] up =
        DoubleStream.concat(
                points().flatMapToDouble(point -> DoubleStream.of(point.low(), point.high())),
                chart.levels().stream().mapToDouble(Marker::at))
            .toArray();
    this.x = scale(across, LEFT, RIGHT);
    this.y = scale(withRoomBelow(up), BOTTOM, TOP);
  }

  /** Adds a value to an axis so that labels below level lines keep above the axis. */
  private double[] withRoomBelow(double[] values) {
    double least = DoubleStream.of(values).min().orElseThrow();
    double most = DoubleStream.of(values).max().orElseThrow();
    DoubleStream below =
        chart.levels().stream()
            .skip(1)
            .mapToDouble(level -> level.at() - ROOM * Math.max(most - least, 0));
    return DoubleStream.concat(DoubleStream.of(values), below).toArray();
  }

  private Stream<Point> points() {
    return chart.series().stream().flatMap(series -> series.points().stream());
  }

  private static Scale scale(double[] values, double from, double to) {
    double least = DoubleStream.of(values).min().orElseThrow();
    double most = DoubleStream.of(values).max().orElseThrow();
    return Scale.covering(least, most, from, to);
  }

  /** What the template names. */
  Map<String, Object> model(String id) {
    return Map.ofEntries(
        Map.entry("id", id),
        Map.entry("title", chart.title()),
        Map.entry("description", chart.description()),
        Map.entry("width", number(WIDTH)),
        Map.entry("height", number(HEIGHT)),
        Map.entry("left", number(LEFT)),
        Map.entry("right", number(RIGHT)),
        Map.entry("top", number(TOP)),
        Map.entry("bottom", number(BOTTOM)),
        Map.entry("middle", number((LEFT + RIGHT) / 2)),
        Map.entry("xLabel", chart.x().label()),
        Map.entry("yLabel", chart.y().label()),
        Map.entry("xTicks", ticks(x, chart.x())),
        Map.entry("yTicks", ticks(y, chart.y())),
        Map.entry("levels", levels()),
        Map.entry("series", series()));
  }

  private static List<Map<String, String>> ticks(Scale scale, Axis axis) {
    List<Map<String, String>> ticks = new ArrayList<>();
    for (double tick : scale.ticks()) {
      String label = axis.unit().format(tick, scale.decimals());
      ticks.add(Map.of("at", number(scale.at(tick)), "label", label));
    }
    return ticks;
  }

  private List<Map<String, String>> levels() {
    List<Map<String, String>> levels = new ArrayList<>();
    for (Marker level : chart.levels()) {
      levels.add(
          Map.of(
              "at", number(y.at(level.at())),
              "label", level.label(),
              "shift", levels.isEmpty() ? "-6" : "15"));
    }
    return levels;
  }

  private List<Map<String, Object>> series() {
    List<Map<String, Object>> all = new ArrayList<>();
    for (int i = 0; i < chart.series().size(); i++) {
      Series series = chart.series().get(i);
      int look = series.beside().orElse(i);
      all.add(
          Map.of(
              "name", series.name(),
              "beside", series.beside().isPresent(),
              "look", "s" + look + (series.beside().isPresent() ? " beside" : ""),
              "dot", DOTS.get(look % DOTS.size()),
              "line", line(series.points()),
              "band", series.hasBand() ? band(series.points()) : "",
              "threshold", series.threshold().map(marker -> number(x.at(marker.at()))).orElse(""),
              "thresholdLabel", series.threshold().map(Marker::label).orElse(""),
              "points", series.points().stream().map(point -> dot(series, point)).toList()));
    }
    return all;
  }

  private String line(List<Point> points) {
    StringBuilder path = new StringBuilder();
    points.forEach(point -> append(path, point.x(), point.y()));
    return path.toString();
  }

  /** Along the upper ends of the intervals, and back along the lower ones. */
  private String band(List<Point> points) {
    StringBuilder path = new StringBuilder();
    points.forEach(point -> append(path, point.x(), point.high()));
    for (int i = points.size() - 1; i >= 0; i--) {
      append(path, points.get(i).x(), points.get(i).low());
    }
    return path.append('Z').toString();
  }

  private void append(StringBuilder path, double atX, double atY) {
    path.append(path.length() == 0 ? 'M' : 'L');
    path.append(number(x.at(atX))).append(' ').append(number(y.at(atY)));
  }

  private Map<String, String> dot(Series series, Point point) {
    int finer = 2;
    String value = chart.y().unit().format(point.y(), y.decimals() + finer);
    String interval =
        point.hasInterval()
            ? " ("
                + chart.y().unit().format(point.low(), y.decimals() + finer)
                + " to "
                + chart.y().unit().format(point.high(), y.decimals() + finer)
                + ")"
            : "";
    String place = chart.x().unit().format(point.x(), x.decimals() + 1);
    return Map.of(
        "x", number(x.at(point.x())),
        "y", number(y.at(point.y())),
        "text", series.name() + ", " + place + ": " + value + interval);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
