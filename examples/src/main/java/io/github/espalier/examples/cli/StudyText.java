package io.github.espalier.examples.cli;

import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.report.StudyReport;
import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.run.StudyEstimate;
import io.github.espalier.examples.study.run.StudyResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes studies for people. */
final class StudyText {
  private static final double SECONDS_PER_HOUR = 3600;

  private StudyText() {}

  static String scores(ConfigurationResult result) {
    if (result.failure() != null) {
      return result.failure();
    }
    List<String> scores = new ArrayList<>();
    ClipResult clip = result.clip();
    if (clip != null) {
      scores.add("CLIPScore " + score(clip.mean()) + " " + interval(clip));
    }
    DistanceResult distance = result.distance();
    if (distance != null) {
      scores.add((distance.fid() ? "FID " : "Fréchet distance ") + distance(distance.value()));
    }
    return scores.isEmpty() ? "finished" : String.join(", ", scores);
  }

  private static String interval(ClipResult clip) {
    return "(" + score(clip.low()) + " to " + score(clip.high()) + ")";
  }

  private static String score(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  static String distance(double value) {
    return String.format(Locale.ROOT, value < 1 ? "%.4f" : "%.2f", value);
  }

  static String summary(StudyResult result, Path file, Path page) {
    Table table =
        new Table(1, "pruned", "of selected", "of model", "CLIPScore", "95% interval", "distance");
    for (ConfigurationResult each : result.configurations()) {
      ClipResult clip = each.clip();
      DistanceResult distance = each.distance();
      table.add(
          each.label(),
          Figures.percent(each.sparsity().ofSelected()),
          Figures.percent(each.sparsity().ofModel()),
          each.failure() != null ? "failed" : clip == null ? "" : score(clip.mean()),
          clip == null ? "" : score(clip.low()) + " to " + score(clip.high()),
          distance == null ? "" : distance(distance.value()));
    }
    StringBuilder text = new StringBuilder(table.toString());
    DistanceResult distance = result.configurations().get(0).distance();
    if (distance != null) {
      text.append("\n\nDistance: ").append(distance.label());
    }
    for (String finding : StudyReport.findings(result)) {
      text.append("\n\n").append(finding);
    }
    StudyReport.basis(result).ifPresent(basis -> text.append("\n\n").append(basis));
    return text.append("\n\nResult, with every layer: ")
        .append(file)
        .append("\nReport: ")
        .append(page)
        .toString();
  }

  static String estimate(StudyPlan plan, StudyEstimate estimate) {
    List<String> lines = new ArrayList<>();
    lines.add("Plan " + plan.name() + ":");
    plan.experiments()
        .forEach(
            each ->
                lines.add(
                    "  "
                        + each.title()
                        + ": "
                        + each.points().size()
                        + " points"
                        + impossible(
                            each.points().stream()
                                .filter(point -> point.configuration().isEmpty())
                                .count())));
    lines.add(
        "Configurations: "
            + estimate.configurations()
            + ", each once, the dense model included; "
            + estimate.sequentialCalibrations()
            + " of them calibrate the text encoder on their own");
    lines.add(
        "Images: "
            + Figures.count(estimate.images())
            + " of "
            + estimate.width()
            + "x"
            + estimate.height()
            + " pixels");
    lines.add(
        "U-Net calls: "
            + Figures.count(estimate.unetCalls())
            + ", and "
            + Figures.count(estimate.calibrationCalls())
            + " to calibrate");
    lines.add(
        String.format(
            Locale.ROOT,
            "Time: %s, at %s a call, measured here; calls of the U-Net alone",
            StudyDisplay.duration(estimate.hours() * SECONDS_PER_HOUR),
            String.format(Locale.ROOT, "%.3g s", estimate.secondsPerCall())));
    lines.add("Disk: at most " + Figures.bytes(estimate.diskBytes()) + " of images and statistics");
    return String.join("\n", lines);
  }

  private static String impossible(long count) {
    return count == 0 ? "" : ", " + count + " of them N/A";
  }
}
