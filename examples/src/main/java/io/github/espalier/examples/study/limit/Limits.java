package io.github.espalier.examples.study.limit;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.model.LayerSelection;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.study.plan.CalibrationPlan;
import io.github.espalier.examples.study.plan.Sampling;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.plan.WantedScores;
import io.github.espalier.examples.study.run.StudyEvaluator;
import io.github.espalier.examples.study.run.StudyOptions;
import io.github.espalier.examples.study.search.JointSearch;
import io.github.espalier.examples.study.search.SelectedWeights;
import io.github.espalier.examples.study.search.ThresholdOutcome;
import io.github.espalier.examples.study.search.ThresholdSearch;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Finds out how far a checkpoint can be pruned. What is evaluated is kept in a folder, by a {@link
 * StudyEvaluator}: a search that was stopped goes on if it is run again, and then ends with the
 * same result, but for its times. Searches of the same plan and checkpoint can share a folder, and
 * then share what they evaluate, the dense model above all. Stateless.
 */
public final class Limits {
  private static final int IMAGES = 64;

  private Limits() {}

  /**
   * Returns a plan for searches. Its statistics for calibrated methods are gathered once for each
   * part, selection and kind, and shared by all sparsities; only sequential ones are not.
   *
   * @return 64 images of Espalier's own captions, made as in the paper, CLIPScore and no distance,
   *     no experiments
   */
  public static StudyPlan plan() {
    return new StudyPlan(
        "limits",
        Optional.empty(),
        IMAGES,
        0,
        Sampling.withDefaults(),
        WantedScores.withDefaults().withDistance(WantedScores.Distance.NONE),
        CalibrationPlan.withDefaults(),
        List.of());
  }

  /**
   * Finds where scores drop off, and writes the {@linkplain ThresholdQuestion#fileName() answer}
   * into the folder.
   *
   * @param checkpoint a checkpoint in the diffusers layout
   * @param question what to search for
   * @param folder what is kept; created, or gone on with
   * @param options how the work is done
   * @param listener hears how far it is
   * @param cancellation stops the work
   * @return the threshold, or that there is none
   * @throws IllegalArgumentException as for {@link StudyEvaluator#open}, if a share of a score is
   *     allowed that is not above 0, or a model cannot be pruned like this
   * @throws java.util.concurrent.CancellationException if the work was stopped
   * @throws IOException as for {@link StudyEvaluator#open}
   */
  public static ThresholdResult threshold(
      Sd2Checkpoint checkpoint,
      ThresholdQuestion question,
      Path folder,
      StudyOptions options,
      LimitListener listener,
      Cancellation cancellation)
      throws IOException {
    weightsOf(checkpoint, question.part(), question.recipe().selection());
    try (StudyEvaluator evaluator =
        StudyEvaluator.open(checkpoint, question.plan(), folder, options, listener, cancellation)) {
      Measuring measuring = new Measuring(evaluator, question.criteria());
      ThresholdSearch search =
          new ThresholdSearch(measuring.tolerance(), question.range(), question.precision());
      listener.begun(measuring.dense(), search.mostEvaluations());
      ThresholdOutcome outcome =
          search.run(
              measuring.evaluator(question::configuration),
              each ->
                  listener.evaluated(
                      measuring.judged(question.configuration(each.configuration()), each)));
      ThresholdResult result =
          new ThresholdResult(
              question,
              evaluator.identity(),
              measuring.dense(),
              measuring.tolerance(),
              outcome,
              measuring.measured(),
              measuring.times());
      write(folder.resolve(question.fileName()), result.toJson());
      return result;
    }
  }

  /**
   * Finds the combination of sparsities that removes most parameters of the model while its scores
   * are kept, and writes {@value SplitResult#NAME} into the folder.
   *
   * @param checkpoint a checkpoint in the diffusers layout
   * @param question what to search for
   * @param folder what is kept; created, or gone on with
   * @param options how the work is done
   * @param listener hears how far it is
   * @param cancellation stops the work
   * @return the combination, or that there is none
   * @throws IllegalArgumentException as for {@link #threshold}
   * @throws java.util.concurrent.CancellationException if the work was stopped
   * @throws IOException as for {@link StudyEvaluator#open}
   */
  public static SplitResult split(
      Sd2Checkpoint checkpoint,
      SplitQuestion question,
      Path folder,
      StudyOptions options,
      LimitListener listener,
      Cancellation cancellation)
      throws IOException {
    SelectedWeights weights =
        new SelectedWeights(
            weightsOf(checkpoint, StudyPart.TEXT, question.text().selection()),
            weightsOf(checkpoint, StudyPart.UNET, question.unet().selection()),
            parameters(checkpoint));
    try (StudyEvaluator evaluator =
        StudyEvaluator.open(checkpoint, question.plan(), folder, options, listener, cancellation)) {
      Measuring measuring = new Measuring(evaluator, question.criteria());
      JointSearch search = new JointSearch(measuring.tolerance(), question.grid(), weights);
      listener.begun(measuring.dense(), search.mostEvaluations());
      search.run(
          measuring.evaluator(question::configuration),
          each ->
              listener.evaluated(
                  measuring.judged(question.configuration(each.configuration()), each)));
      SplitResult result =
          new SplitResult(
              question,
              evaluator.identity(),
              weights,
              measuring.dense(),
              measuring.tolerance(),
              last(measuring.measured()),
              measuring.measured(),
              measuring.times());
      write(folder.resolve(SplitResult.NAME), result.toJson());
      return result;
    }
  }

  /** Each kept combination that a search asks for removes more than those before. */
  private static Optional<Measured> last(List<Measured> measured) {
    return measured.stream().filter(Measured::kept).reduce((before, after) -> after);
  }

  private static long weightsOf(Sd2Checkpoint checkpoint, StudyPart part, LayerSelection layers) {
    List<Layer> candidates =
        checkpoint.layers().stream()
            .filter(layer -> layer.component().equals(part.component()))
            .toList();
    return layers.selectFrom(candidates).stream().mapToLong(Layer::parameters).sum();
  }

  private static long parameters(Sd2Checkpoint checkpoint) {
    return checkpoint.layers().stream()
        .filter(layer -> layer.kind() != LayerKind.OTHER)
        .mapToLong(Layer::parameters)
        .sum();
  }

  private static void write(Path file, String json) throws IOException {
    StagedOutput.write(file, json.getBytes(StandardCharsets.UTF_8));
  }
}
