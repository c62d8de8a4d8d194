package io.github.espalier.examples.study.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Places what a chart shows, in the units of its view box. */
final class ChartLayout {
  private static final double WIDTH = 640;
  private static final double HEIGHT = 360;
  private static final double LEFT = 64;
  private static final double RIGHT = WIDTH - 16;
  private static final double TOP = 16;
  private static final double BOTTOM = HEIGHT - 48;

  private final Chart chart;
  private final Scale x;
  private final Scale y;

  ChartLayout(Chart chart) {
    this.chart = chart;
    double[] across =
        DoubleStream.concat(
                points().mapToDouble(Point::x), chart.thresholds().stream().mapToDouble(Marker::at))
            .toArray();
    double[] up =
        DoubleStream.concat(
                points().flatMapToDouble(point -> DoubleStream.of(point.low(), point.high())),
                chart.levels().stream().mapToDouble(Marker::at))
            .toArray();
    this.x = scale(across, LEFT, RIGHT);
    this.y = scale(up, BOTTOM, TOP);
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
        Map.entry("centre", number((TOP + BOTTOM) / 2)),
        Map.entry("xLabel", chart.x().label()),
        Map.entry("yLabel", chart.y().label()),
        Map.entry("xTicks", ticks(x, chart.x())),
        Map.entry("yTicks", ticks(y, chart.y())),
        Map.entry("thresholds", markers(chart.thresholds(), x)),
        Map.entry("levels", markers(chart.levels(), y)),
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

  private static List<Map<String, String>> markers(List<Marker> markers, Scale scale) {
    return markers.stream()
        .map(marker -> Map.of("at", number(scale.at(marker.at())), "label", marker.label()))
        .toList();
  }

  private List<Map<String, Object>> series() {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Series series : chart.series()) {
      all.add(
          Map.of(
              "name", series.name(),
              "line", line(series.points()),
              "band", series.hasBand() ? band(series.points()) : "",
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
