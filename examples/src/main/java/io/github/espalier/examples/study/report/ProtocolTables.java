package io.github.espalier.examples.study.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the results depend on: settings, versions, seeds and hashes. */
final class ProtocolTables {
  private final StudyResult result;

  ProtocolTables(StudyResult result) {
    this.result = result;
  }

  ReportTable protocol() {
    List<List<String>> rows = new ArrayList<>();
    StudyPlan plan = result.plan();
    JsonNode protocol = result.protocol();
    add(rows, "Espalier", protocol.path("espalier"));
    add(rows, "checkpoint", protocol.at("/checkpoint/name"));
    add(rows, "checkpoint, SHA-256", protocol.at("/checkpoint/sha256"));
    JsonNode images = protocol.path("images");
    if (images.has("width")) {
      rows.add(
          List.of(
              "image size", images.path("width").asText() + "×" + images.path("height").asText()));
    }
    rows.add(List.of("images a model", Integer.toString(plan.images())));
    rows.add(List.of("seeds", plan.firstSeed() + " to " + (plan.firstSeed() + plan.images() - 1)));
    rows.add(List.of("steps", Integer.toString(plan.sampling().steps())));
    add(rows, "U-Net calls an image", images.path("unetCalls"));
    rows.add(List.of("guidance", Double.toString(plan.sampling().guidance())));
    add(rows, "scheduler", images.path("scheduler"));
    add(rows, "captions, SHA-256", images.path("captionsSha256"));
    add(rows, "calibration captions, SHA-256", protocol.path("calibrationCaptionsSha256"));
    rows.add(
        List.of("calibration captions, at most", Integer.toString(plan.calibration().limit())));
    scores(rows);
    protocol
        .path("scores")
        .properties()
        .forEach(each -> add(rows, "scores: " + each.getKey(), each.getValue()));
    return new ReportTable("study_protocol", "Protocol", "", List.of("what", "value"), rows);
  }

  private static void add(List<List<String>> rows, String name, JsonNode value) {
    if (value.isValueNode() && !value.isNull()) {
      rows.add(List.of(name, value.asText()));
    }
  }

  private void scores(List<List<String>> rows) {
    Optional<ConfigurationResult> dense = Curve.dense(result);
    ClipResult clip = dense.map(ConfigurationResult::clip).orElse(null);
    if (clip != null) {
      rows.add(
          List.of(
              "CLIPScore's interval",
              String.format(
                  Locale.ROOT,
                  "%.0f %%, bootstrap of %d resamples, seed %d",
                  100 * clip.level(),
                  clip.resamples(),
                  clip.seed())));
    }
    DistanceResult distance = dense.map(ConfigurationResult::distance).orElse(null);
    if (distance != null) {
      rows.add(List.of("distance", DistanceName.inFull(distance)));
    }
  }

  /** Hashes of the images of each model, and what went wrong. */
  ReportTable models() {
    List<List<String>> rows = new ArrayList<>();
    for (ConfigurationResult each : result.configurations()) {
      String failure = each.failure();
      rows.add(
          List.of(
              each.id(),
              each.label(),
              Integer.toString(each.images()),
              each.imagesSha256(),
              failure == null ? "" : failure));
    }
    return new ReportTable(
        "study_models",
        "Models and their images",
        "The hash is that of the hashes of all image files.",
        List.of("id", "model", "images", "SHA-256", "failure"),
        rows);
  }
}
