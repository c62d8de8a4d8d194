package io.github.espalier.examples.cli;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.limit.ThresholdResult;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.search.NoCliff;
import io.github.espalier.examples.study.search.ThresholdFound;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes thresholds for people. */
final class ThresholdText {
  private ThresholdText() {}

  static String summary(ThresholdResult result, PruneLines lines, Path file) {
    StudyPart part = result.question().part();
    StringBuilder text =
        new StringBuilder(
            LimitText.kept(
                result.dense(), result.tolerance(), result.question().criteria().cautious()));
    text.append("\n\n").append(LimitText.table(result.evaluations(), List.of(part)));
    text.append("\n\n").append(outcome(result));
    if (result.kept().compareTo(Sparsity.ZERO) > 0) {
      text.append("\n\nTo prune it to ").append(result.kept()).append(":");
      lines
          .of(PruneLines.of(part, result.question().recipe(), result.kept()))
          .forEach(line -> text.append("\n  ").append(line));
    }
    return text.append("\n\nResult: ").append(file).toString();
  }

  private static String outcome(ThresholdResult result) {
    String what =
        "the " + result.question().part().label() + " by " + result.question().recipe().label();
    if (result.outcome() instanceof ThresholdFound found) {
      return threshold(what, found);
    }
    NoCliff none = (NoCliff) result.outcome();
    return "No cliff in range: "
        + what
        + " keeps its scores at "
        + none.highest()
        + (none.certain()
            ? ", with the whole confidence interval."
            : ", but the confidence interval goes beyond what is wanted.");
  }

  private static String threshold(String what, ThresholdFound found) {
    String bracket =
        found.kept().equals(Sparsity.ZERO)
            ? "Even the first step falls: "
                + what
                + " does not keep its scores at "
                + found.fallen()
            : "Threshold of "
                + what
                + ": kept at "
                + found.kept()
                + ", fallen at "
                + found.fallen();
    Optional<Sparsity> fallen = found.certainlyFallen();
    return bracket
        + ".\nBy the confidence intervals: kept up to "
        + (found.certainlyKept().equals(Sparsity.ZERO)
            ? "nothing but dense"
            : found.certainlyKept().toString())
        + ", fallen from "
        + (fallen.isPresent() ? fallen.get() + " on." : "none that was tried.");
  }
}
