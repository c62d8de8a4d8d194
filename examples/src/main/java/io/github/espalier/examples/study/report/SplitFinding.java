package io.github.espalier.examples.study.report;

import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.run.Sparsities;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Which split of sparsity between the parts removes most of the model unnoticed. */
final class SplitFinding {
  private final List<ConfigurationResult> pruned;
  private final double level;
  private final Optional<DistanceResult> dense;

  SplitFinding(StudyResult result, double level) {
    this.level = level;
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
    String sentence = "The best split measured removes " + describe(split.get());
    return split.equals(any)
        ? sentence
        : sentence + " One part alone gives more: " + describe(any.get());
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
