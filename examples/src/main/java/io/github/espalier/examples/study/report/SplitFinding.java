package io.github.espalier.examples.study.report;

import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.run.Sparsities;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which split of sparsity between the parts removes most of the model unnoticed. */
final class SplitFinding {
  private final List<ConfigurationResult> pruned;
  private final double level;
  private final Map<String, Configuration> configurations;
  private final Optional<DistanceResult> dense;

  SplitFinding(StudyResult result, double level) {
    this.level = level;
    this.configurations =
        result.plan().configurations().stream()
            .collect(Collectors.toMap(Configuration::id, each -> each));
    this.dense = Curve.dense(result).flatMap(each -> Optional.ofNullable(each.distance()));
    this.pruned =
        result.configurations().stream().filter(each -> each.sparsity().zeros() > 0).toList();
  }

  /** One or two sentences. */
  String sentences() {
    List<ConfigurationResult> splits =
        pruned.stream().filter(each -> prunesBoth(each.sparsity())).toList();
    Optional<ConfigurationResult> split = best(splits);
    Optional<ConfigurationResult> any = best(pruned);
    Optional<ConfigurationResult> comparable =
        best(pruned.stream().filter(each -> prunesLayersOf(splits, each)).toList());
    if (any.isEmpty()) {
      return "No pruned model went unnoticed.";
    }
    if (split.isEmpty()) {
      return (splits.isEmpty()
              ? "No model with both parts pruned was measured."
              : "Every model with both parts pruned was noticed.")
          + " The most that was removed unnoticed is "
          + describe(any.get());
    }
    StringBuilder sentences = new StringBuilder("The best split measured removes ");
    sentences.append(describe(split.get()));
    if (removesMore(comparable.get(), split.get())) {
      sentences.append(" One part alone gives more: ").append(describe(comparable.get()));
    }
    if (removesMore(any.get(), comparable.get())) {
      sentences.append(" Other layers give more: ").append(describe(any.get()));
    }
    return sentences.toString();
  }

  private static boolean removesMore(ConfigurationResult one, ConfigurationResult other) {
    return one.sparsity().ofModel() > other.sparsity().ofModel();
  }

  /** Whether a part loses weights of the layers that a split takes them from too. */
  private boolean prunesLayersOf(List<ConfigurationResult> splits, ConfigurationResult one) {
    return splits.stream()
        .anyMatch(
            split ->
                Arrays.stream(StudyPart.values())
                    .allMatch(
                        part ->
                            selection(one, part).isEmpty()
                                || selection(one, part).equals(selection(split, part))));
  }

  private Optional<String> selection(ConfigurationResult result, StudyPart part) {
    return Optional.ofNullable(configurations.get(result.id()))
        .flatMap(each -> each.part(part))
        .map(each -> each.recipe().selectionText());
  }

  private Optional<ConfigurationResult> best(List<ConfigurationResult> results) {
    return results.stream()
        .filter(each -> Findings.holds(each, level))
        .max(Comparator.comparingDouble(each -> each.sparsity().ofModel()));
  }

  private static boolean prunesBoth(Sparsities sparsity) {
    return sparsity.textOfSelected() > 0 && sparsity.unetOfSelected() > 0;
  }

  private String describe(ConfigurationResult result) {
    ClipResult clip = Objects.requireNonNull(result.clip());
    return String.format(
        Locale.ROOT,
        "%.1f %% of the whole model's parameters (%s), at CLIPScore %s%s.",
        100 * result.sparsity().ofModel(),
        result.label(),
        Findings.score(clip),
        Optional.ofNullable(result.distance()).map(this::describe).orElse(""));
  }

  private String describe(DistanceResult distance) {
    return (distance.fid() ? " and FID " : " and Fréchet distance ")
        + format(distance.value())
        + dense.map(each -> " (dense " + format(each.value()) + ")").orElse("");
  }

  private static String format(double distance) {
    return String.format(Locale.ROOT, distance < 10 ? "%.3f" : "%.2f", distance);
  }
}
