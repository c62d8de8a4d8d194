package io.github.espalier.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.metrics.extract.FeatureOrigin;
import io.github.espalier.metrics.fid.FeatureDistribution;
import io.github.espalier.metrics.fid.FrechetInceptionDistance;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What {@code espalier fid} found.
 *
 * @param real the first side
 * @param generated the second side
 * @param distance the Fréchet distance
 * @param complements other numbers
 */
record FidReport(
    FeatureDistribution real,
    FeatureDistribution generated,
    FrechetInceptionDistance distance,
    List<Complement> complements) {

  static void putOrigin(ObjectNode node, FeatureOrigin origin) {
    node.put("network", origin.network().name());
    node.put("tap", origin.network().tap());
    node.put("weights", origin.network().weights());
    node.put("protocol", origin.protocol());
  }

  String json() {
    ObjectNode node = Json.object();
    node.put("label", distance.label());
    node.put("isFid", distance.isFid());
    node.put("value", distance.value());
    node.put("meanTerm", distance.distance().meanTerm());
    node.put("covarianceTerm", distance.distance().covarianceTerm());
    distance.origin().ifPresent(origin -> putOrigin(node, origin));
    side(node.putObject("real"), real);
    side(node.putObject("generated"), generated);
    distance
        .bias()
        .ifPresent(bias -> node.put(bias.isLowerBound() ? "biasAtLeast" : "bias", bias.expected()));
    distance.warning().ifPresent(warning -> node.put("warning", warning));
    complements.forEach(each -> node.set(each.key(), each.json()));
    return Json.text(node);
  }

  private static void side(ObjectNode node, FeatureDistribution side) {
    node.put("name", side.name());
    side.moments().count().ifPresent(count -> node.put("images", count));
    node.put("skipped", side.skipped());
  }

  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(distance.label() + ": " + Figures.significant(distance.value()));
    complements.forEach(each -> lines.add(each.text()));
    lines.add("Real: " + side(real));
    lines.add("Generated: " + side(generated));
    distance.warning().ifPresent(warning -> lines.add("Warning: " + warning + "."));
    return String.join(System.lineSeparator(), lines);
  }

  private static String side(FeatureDistribution side) {
    OptionalLong count = side.moments().count();
    String images =
        count.isPresent()
            ? Figures.count(count.getAsLong()) + " images"
            : "number of images unknown";
    return side.name()
        + ", "
        + images
        + (side.skipped() > 0 ? ", " + side.skipped() + " skipped" : "");
  }
}
