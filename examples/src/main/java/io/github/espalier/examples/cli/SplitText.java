package io.github.espalier.examples.cli;

import io.github.espalier.examples.study.limit.Measured;
import io.github.espalier.examples.study.limit.SplitQuestion;
import io.github.espalier.examples.study.limit.SplitResult;
import io.github.espalier.examples.study.plan.StudyPart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes the best splits for people. */
final class SplitText {
  private static final List<StudyPart> BOTH = List.of(StudyPart.TEXT, StudyPart.UNET);

  private SplitText() {}

  static String summary(SplitResult result, PruneLines lines, Path file) {
    StringBuilder text =
        new StringBuilder(
            LimitText.kept(
                result.dense(), result.tolerance(), result.question().criteria().cautious()));
    text.append("\n\nEvaluated:\n").append(LimitText.table(result.evaluations(), BOTH));
    text.append("\n\nThe border between kept and fallen:\n")
        .append(LimitText.table(result.frontier(), BOTH));
    if (result.best().isPresent()) {
      Measured best = result.best().get();
      text.append("\n\nBest: ")
          .append(LimitText.line(best))
          .append(".\nIt lacks ")
          .append(Figures.percent(best.result().sparsity().ofModel()))
          .append(" of the model's parameters (")
          .append(Figures.percent(best.result().sparsity().ofSelected()))
          .append(" of the selected weights).")
          .append(atTheEnd(best, result.question()))
          .append("\n\nTo make it:");
      lines.of(best.configuration()).forEach(line -> text.append("\n  ").append(line));
    } else {
      text.append("\n\nOnly the dense model keeps the scores; no combination that was tried does.");
    }
    return text.append("\n\nResult: ").append(file).toString();
  }

  /** What is at the end of a range may go on beyond it. */
  private static String atTheEnd(Measured best, SplitQuestion question) {
    List<String> ends = new ArrayList<>();
    if (best.sparsity(StudyPart.TEXT).equals(question.textRange().highest())) {
      ends.add("--text-range");
    }
    if (best.sparsity(StudyPart.UNET).equals(question.unetRange().highest())) {
      ends.add("--unet-range");
    }
    return ends.isEmpty()
        ? ""
        : "\nIt is at the end of "
            + String.join(" and of ", ends)
            + ": there may be a better one beyond.";
  }
}
