package io.github.espalier.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.metrics.fid.ComparisonLabels;
import io.github.espalier.metrics.fid.ExpectedComparison;
import io.github.espalier.metrics.fid.FeatureComparison;
import io.github.espalier.metrics.fid.FeatureDistribution;
import io.github.espalier.metrics.fid.FeatureMeasure;
import io.github.espalier.metrics.frechet.InfinityExtrapolation;
import io.github.espalier.metrics.kernel.ClipDiscrepancy;
import io.github.espalier.metrics.kernel.KernelInceptionDistance;
import io.github.espalier.metrics.manifold.PrecisionRecall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** Options that ask for numbers beside the Fréchet distance. */
final class ComplementOptions {
  private static final String LABEL = "label";
  private static final String VALUE = "value";
  private static final String SEED = "seed";

  @Option(
      names = "--infinity",
      description = "Extrapolate to infinitely many generated images too.")
  boolean infinity;

  @Option(
      names = "--infinity-from",
      paramLabel = "N",
      defaultValue = "5000",
      converter = CountConverter.class,
      description =
          "Images of the smallest subset for that (default: ${DEFAULT-VALUE}). GENERATED needs half"
              + " as many more, and 14 more at least.")
  int infinityFrom;

  @Option(
      names = "--kid",
      description =
          "The kernel distance too, which is KID with the FID network on both sides: of 100 subsets"
              + " of 1000, or of the whole sets if one is smaller.")
  boolean kid;

  @Option(names = "--precision-recall", description = "Improved precision and recall too.")
  boolean precisionRecall;

  @Option(
      names = "--cmmd",
      description =
          "The discrepancy of CLIP's embeddings too, with --clip or files of such features. It is"
              + " CMMD with ViT-L/14 at 336 pixels and --clip-framing cmmd.")
  boolean cmmd;

  /** Refuses what cannot be had, before features are computed. */
  void require(ExpectedComparison comparison) {
    Set<FeatureMeasure> measures = EnumSet.noneOf(FeatureMeasure.class);
    if (infinity) {
      measures.add(FeatureMeasure.INFINITY);
    }
    if (kid) {
      measures.add(FeatureMeasure.KERNEL);
    }
    if (precisionRecall) {
      measures.add(FeatureMeasure.PRECISION_RECALL);
    }
    if (cmmd) {
      measures.add(FeatureMeasure.CLIP_DISCREPANCY);
    }
    comparison.requireComparable().require(measures, extrapolation());
  }

  private InfinityExtrapolation extrapolation() {
    return InfinityExtrapolation.withDefaults().withLeastCount(infinityFrom);
  }

  /** Computes what is asked for. */
  List<Complement> compute(FeatureDistribution real, FeatureDistribution generated)
      throws IOException {
    FeatureComparison comparison = FeatureComparison.of(real, generated);
    List<Complement> found = new ArrayList<>();
    if (infinity) {
      found.add(infinity(comparison, extrapolation()));
    }
    if (kid) {
      found.add(kernel(comparison, KernelInceptionDistance.withDefaults(), least(real, generated)));
    }
    if (precisionRecall) {
      found.add(precisionRecall(comparison));
    }
    if (cmmd) {
      found.add(discrepancy(comparison));
    }
    return found;
  }

  private static long least(FeatureDistribution real, FeatureDistribution generated) {
    return Math.min(real.moments().count().orElse(0), generated.moments().count().orElse(0));
  }

  private static Complement infinity(FeatureComparison comparison, InfinityExtrapolation how)
      throws IOException {
    InfinityExtrapolation.Result found = comparison.infinity(how);
    String label = comparison.labels().infinity();
    ObjectNode json =
        Json.object()
            .put(LABEL, label)
            .put(VALUE, found.value())
            .put("standardError", found.standardError())
            .put("slope", found.slope())
            .put(SEED, how.seed());
    json.set("points", Json.of(found.points()));
    return new Complement(
        "infinity",
        json,
        label
            + ": "
            + Figures.significant(found.value())
            + settings(
                "standard error "
                    + Figures.significant(found.standardError())
                    + ", "
                    + how.points()
                    + " subsets from "
                    + Figures.count(how.leastCount())
                    + " on"
                    + seed(how.seed())));
  }

  private static Complement kernel(
      FeatureComparison comparison, KernelInceptionDistance how, long least) throws IOException {
    ComparisonLabels labels = comparison.labels();
    String label = labels.kernel();
    String key = labels.isFid() ? "kid" : "kernelDistance";
    ObjectNode json = Json.object().put(LABEL, label);
    if (least < how.subsetSize()) {
      double value = comparison.kernelOfAll();
      json.put(VALUE, value).put("wholeSets", true);
      return new Complement(
          key, json, label + ": " + Figures.significant(value) + settings("of the whole sets"));
    }
    KernelInceptionDistance.Result found = comparison.kernel(how);
    json.put(VALUE, found.mean())
        .put("deviation", found.deviation())
        .put("wholeSets", false)
        .put("subsets", how.subsets())
        .put("subsetSize", how.subsetSize())
        .put(SEED, how.seed());
    return new Complement(
        key,
        json,
        label
            + ": "
            + Figures.significant(found.mean())
            + settings(
                "deviation "
                    + Figures.significant(found.deviation())
                    + " of "
                    + how.subsets()
                    + " subsets of "
                    + Figures.count(how.subsetSize())
                    + seed(how.seed())));
  }

  private static Complement precisionRecall(FeatureComparison comparison) throws IOException {
    PrecisionRecall found = comparison.precisionRecall();
    return new Complement(
        "precisionRecall",
        Json.object()
            .put("precision", found.precision())
            .put("recall", found.recall())
            .put("neighbour", PrecisionRecall.NEIGHBOUR),
        "Improved precision: "
            + Figures.significant(found.precision())
            + ", recall: "
            + Figures.significant(found.recall())
            + settings("neighbour " + PrecisionRecall.NEIGHBOUR));
  }

  private static Complement discrepancy(FeatureComparison comparison) throws IOException {
    ComparisonLabels labels = comparison.labels();
    double value = comparison.clipDiscrepancy();
    return new Complement(
        labels.isCmmd() ? "cmmd" : "embeddingDiscrepancy",
        Json.object()
            .put(LABEL, labels.discrepancy())
            .put(VALUE, value)
            .put("sigma", ClipDiscrepancy.SIGMA)
            .put("scale", ClipDiscrepancy.SCALE),
        labels.discrepancy() + ": " + Figures.significant(value));
  }

  private static String settings(String text) {
    return " (" + text + ")";
  }

  private static String seed(long seed) {
    return ", seed " + seed;
  }
}
