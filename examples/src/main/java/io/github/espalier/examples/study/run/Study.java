package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Carries out all of a plan. Stateless. */
public final class Study {
  private Study() {}

  /**
   * Evaluates the configurations of a plan one after another, and writes {@value StudyResult#NAME}
   * into the folder. A study that was stopped goes on if it is run again, and then ends with the
   * same result, but for its times.
   *
   * @param checkpoint a checkpoint in the diffusers layout
   * @param plan what is done
   * @param folder what is kept, see {@link StudyEvaluator}; created, or gone on with
   * @param options how the work is done
   * @param listener hears how far it is
   * @param cancellation stops the work
   * @return what came out
   * @throws IllegalArgumentException as for {@link StudyEvaluator#open}
   * @throws java.util.concurrent.CancellationException if the work was stopped
   * @throws IOException as for {@link StudyEvaluator#open}
   */
  public static StudyResult run(
      Sd2Checkpoint checkpoint,
      StudyPlan plan,
      Path folder,
      StudyOptions options,
      StudyListener listener,
      Cancellation cancellation)
      throws IOException {
    try (StudyEvaluator evaluator =
        StudyEvaluator.open(checkpoint, plan, folder, options, listener, cancellation)) {
      for (Configuration configuration : plan.configurations()) {
        evaluator.evaluate(configuration);
      }
      return write(evaluator.study());
    }
  }

  /** Writes the result of a study of which every configuration is finished. */
  static StudyResult write(OpenStudy study) throws IOException {
    StudyPlan plan = study.protocol().plan();
    List<ConfigurationResult> results = new ArrayList<>();
    Map<String, ConfigurationTimes> times = new LinkedHashMap<>();
    for (Configuration configuration : plan.configurations()) {
      StudyJournal.Line line =
          Objects.requireNonNull(study.journal().find(configuration.id()), configuration::id);
      results.add(line.result());
      times.put(line.result().id(), line.times());
    }
    ObjectNode protocol = study.identity().deepCopy().without("plan");
    StudyResult result = new StudyResult(plan, protocol, results, times);
    StagedOutput.write(
        study.folder().resolve(StudyResult.NAME), result.toJson().getBytes(StandardCharsets.UTF_8));
    return result;
  }
}
