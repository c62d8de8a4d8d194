package io.github.espalier.examples.cli;

import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.plan.WantedScores;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that say how images are scored. */
final class StudyScoreOptions {
  @Option(
      names = "--judge",
      paramLabel = "MODEL",
      description = "CLIP model for CLIPScore, as for 'espalier clipscore'.")
  Optional<Path> judge = Optional.empty();

  @Option(
      names = "--distance",
      paramLabel = "KIND",
      description =
          "Fréchet distance from the references: fid, judge (of the judge's embeddings, which is"
              + " not FID) or none.")
  Optional<WantedScores.Distance> distance = Optional.empty();

  @Option(
      names = "--inception",
      paramLabel = "FILE",
      description = "Weights of the FID network (.safetensors), for --distance fid.")
  Optional<Path> inception = Optional.empty();

  @Option(
      names = "--references",
      paramLabel = "PATH",
      description =
          "What images are compared with: a folder of real images, a file of 'espalier features',"
              + " or statistics (.npz).")
  Optional<Path> references = Optional.empty();

  /** Changes what options say. */
  StudyPlan changed(StudyPlan planned) {
    WantedScores scores = planned.scores();
    WantedScores changed = judge.map(scores::withJudge).orElse(scores);
    changed = distance.map(changed::withDistance).orElse(changed);
    changed = inception.map(changed::withInception).orElse(changed);
    return planned.withScores(references.map(changed::withReferences).orElse(changed));
  }
}
