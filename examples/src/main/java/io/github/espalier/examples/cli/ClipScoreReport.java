package io.github.espalier.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.metrics.clipscore.Bootstrap;
import io.github.espalier.metrics.clipscore.ClipScoreKind;
import io.github.espalier.metrics.clipscore.ClipScoreProtocol;
import io.github.espalier.metrics.clipscore.ClipScores;
import io.github.espalier.metrics.clipscore.MeanInterval;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code espalier clipscore} found. */
final class ClipScoreReport {
  private static final int SHORT_HASH = 12;

  private final ClipScores scores;
  private final CaptionedFolder folder;
  private final Bootstrap bootstrap;
  private final Map<ClipScoreKind, MeanInterval> intervals = new EnumMap<>(ClipScoreKind.class);

  ClipScoreReport(ClipScores scores, CaptionedFolder folder, Bootstrap bootstrap) {
    this.scores = scores;
    this.folder = folder;
    this.bootstrap = bootstrap;
    for (ClipScoreKind kind : ClipScoreKind.values()) {
      intervals.put(kind, scores.interval(kind, bootstrap));
    }
  }

  private static String name(ClipScoreKind kind) {
    return switch (kind) {
      case COSINE -> "cosine";
      case CLIP_SCORE -> "clipScore";
      case PREFIXED_CLIP_SCORE -> "prefixedClipScore";
      case PERCENT -> "percent";
    };
  }

  private String label(ClipScoreKind kind) {
    return switch (kind) {
      case COSINE -> "Cosine";
      case CLIP_SCORE -> "2.5 max(cosine, 0)";
      case PREFIXED_CLIP_SCORE -> "2.5 max(cosine, 0) with '" + scores.protocol().prefix() + "'";
      case PERCENT -> "100 cosine, mean at least 0";
    };
  }

  String json() {
    ClipScoreProtocol protocol = scores.protocol();
    ObjectNode node = Json.object();
    node.put("pairs", scores.count());
    node.put("skipped", scores.skipped().size());
    node.put("unmatchedImages", folder.unmatchedImages().size());
    node.put("unmatchedCaptions", folder.unmatchedCaptions().size());
    node.put("model", protocol.model());
    node.put("framing", protocol.framing().name().toLowerCase(Locale.ROOT));
    node.put("prefix", protocol.prefix());
    node.put("level", bootstrap.level());
    node.put("resamples", bootstrap.resamples());
    node.put("seed", bootstrap.seed());
    intervals.forEach(
        (kind, interval) ->
            node.putObject(name(kind))
                .put("mean", interval.mean())
                .put("low", interval.low())
                .put("high", interval.high()));
    return Json.text(node);
  }

  String text() {
    ClipScoreProtocol protocol = scores.protocol();
    List<String> lines = new ArrayList<>();
    intervals.forEach((kind, interval) -> lines.add(label(kind) + ": " + figures(interval)));
    lines.add(
        Figures.count(scores.count())
            + (scores.count() == 1 ? " pair" : " pairs")
            + left(scores.skipped().size(), "that could not be read")
            + left(folder.unmatchedImages().size(), "images without captions")
            + left(folder.unmatchedCaptions().size(), "captions without images")
            + "; model "
            + protocol.model().substring(0, SHORT_HASH)
            + ", framing "
            + protocol.framing().name().toLowerCase(Locale.ROOT));
    return String.join(System.lineSeparator(), lines);
  }

  private static String left(int count, String what) {
    return count == 0 ? "" : ", not " + Figures.count(count) + " " + what;
  }

  private String figures(MeanInterval interval) {
    return String.format(
        Locale.ROOT,
        "%.5g (%s: %.5g to %.5g)",
        interval.mean(),
        Figures.percent(bootstrap.level()),
        interval.low(),
        interval.high());
  }
}
