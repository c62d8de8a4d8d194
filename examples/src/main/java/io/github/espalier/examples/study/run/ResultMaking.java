package io.github.espalier.examples.study.run;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.report.ComponentReport;
import io.github.espalier.core.report.LayerReport;
import io.github.espalier.core.report.PruningReport;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts together what came out of a configuration. */
final class ResultMaking {
  /** Which image it is can differ, since several are made at the same time. */
  static final String NOT_FINITE = "the values of an image are no finite numbers";

  private static final int MOST_HASHES = 16;

  private ResultMaking() {}

  /** What a configuration's pruning did; without a report, as before it. */
  static PrunedModel pruned(Sd2Checkpoint checkpoint, @Nullable PruningReport report) {
    return new PrunedModel(
        sparsities(checkpoint, report), report == null ? List.of() : layers(report));
  }

  static ConfigurationResult result(
      Configuration configuration,
      PrunedModel pruned,
      List<String> imageHashes,
      @Nullable ClipResult clip,
      @Nullable DistanceResult distance) {
    Hasher hasher = Hashing.sha256().newHasher();
    imageHashes.forEach(hash -> hasher.putString(hash, StandardCharsets.US_ASCII));
    return new ConfigurationResult(
        configuration.id(),
        configuration.label(),
        pruned.sparsity(),
        pruned.layers(),
        imageHashes.size(),
        hasher.hash().toString(),
        imageHashes.subList(0, Math.min(MOST_HASHES, imageHashes.size())),
        clip,
        distance,
        null);
  }

  /** What is known of a configuration that no images can be made of. */
  static ConfigurationResult failed(
      Configuration configuration, PrunedModel pruned, String failure) {
    ConfigurationResult empty = result(configuration, pruned, List.of(), null, null);
    return new ConfigurationResult(
        empty.id(),
        empty.label(),
        empty.sparsity(),
        empty.layers(),
        0,
        empty.imagesSha256(),
        List.of(),
        null,
        null,
        failure);
  }

  private static Sparsities sparsities(Sd2Checkpoint checkpoint, @Nullable PruningReport report) {
    if (report == null) {
      long parameters =
          checkpoint.layers().stream()
              .filter(layer -> layer.kind() != LayerKind.OTHER)
              .mapToLong(Layer::parameters)
              .sum();
      return new Sparsities(0, 0, 0, 0, 0, 0, 0, 0, parameters);
    }
    Optional<ComponentReport> text = component(report, StudyPart.TEXT.component());
    Optional<ComponentReport> unet = component(report, StudyPart.UNET.component());
    return new Sparsities(
        text.map(ComponentReport::sparsityOfSelected).orElse(0.0),
        text.map(ComponentReport::sparsityOfComponent).orElse(0.0),
        unet.map(ComponentReport::sparsityOfSelected).orElse(0.0),
        unet.map(ComponentReport::sparsityOfComponent).orElse(0.0),
        report.sparsityOfSelected(),
        report.sparsityOfModel(),
        report.zerosAfter(),
        report.selected(),
        report.modelParameters());
  }

  private static Optional<ComponentReport> component(PruningReport report, Component component) {
    return report.components().stream()
        .filter(each -> each.component().equals(component))
        .findFirst();
  }

  private static List<LayerResult> layers(PruningReport report) {
    List<LayerResult> layers = new ArrayList<>();
    for (LayerReport layer : report.layers()) {
      double error = layer.outputError().orElse(Double.NaN);
      layers.add(
          new LayerResult(
              layer.component().name(),
              layer.name(),
              layer.weights(),
              layer.zerosAfter(),
              layer.sparsity(),
              Double.isFinite(error) ? (Double) error : null));
    }
    return layers;
  }
}
