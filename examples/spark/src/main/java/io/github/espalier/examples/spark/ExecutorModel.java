package io.github.espalier.examples.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.Closer;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.run.RangeEvaluator;
import io.github.espalier.examples.study.run.RangeResult;
import io.github.espalier.examples.study.run.StudyOptions;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.json.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;

/**
 * The models of an executor: one evaluator, with one pruned model, for all tasks that come. Tasks
 * of the same executor take turns, since each uses all its threads. Safe for use by many threads.
 */
final class ExecutorModel {
  private static @Nullable ExecutorModel current;
  private static volatile @Nullable Path scratch;

  static {
    // Executors are not told of the end of a study. A task may still run and have the lock.
    Runtime.getRuntime().addShutdownHook(new Thread(ExecutorModel::deleteScratch));
  }

  private final StudyShare study;
  private final StudyPlan plan;
  private final RangeEvaluator evaluator;
  private final Closer closer;

  private ExecutorModel(StudyShare study, StudyPlan plan, RangeEvaluator evaluator, Closer closer) {
    this.study = study;
    this.plan = plan;
    this.evaluator = evaluator;
    this.closer = closer;
  }

  /** Evaluates a range; opens the study unless the task before was of the same one. */
  static synchronized RangeResult evaluate(RangeTask task) throws IOException {
    ExecutorModel model = current;
    if (model == null || !model.study.equals(task.study())) {
      close();
      model = open(task.study());
      current = model;
    }
    return model.evaluator.evaluate(model.configuration(task.configuration()), task.range());
  }

  /** Frees the models of this virtual machine, if it has any. */
  static synchronized void close() throws IOException {
    ExecutorModel model = current;
    current = null;
    if (model != null) {
      model.closer.close();
    }
  }

  private static ExecutorModel open(StudyShare study) throws IOException {
    Closer closer = Closer.create();
    try {
      Path folder = Path.of(study.folder());
      JsonFile json =
          new JsonFile(folder.resolve("plan.json"), new ObjectMapper().readTree(study.plan()));
      StudyPlan plan = StudyPlan.of(json);
      Path temporary = Files.createTempDirectory("espalier-ranges");
      scratch = temporary;
      closer.register(ExecutorModel::deleteScratch);
      Sd2Checkpoint checkpoint = Sd2Checkpoint.open(Path.of(study.checkpoint()), study.variant());
      closer.register(checkpoint::close);
      int threads = study.threads() > 0 ? study.threads() : threads(SparkEnv.get().conf());
      RangeEvaluator evaluator =
          RangeEvaluator.open(
              checkpoint,
              study.checkpointHash(),
              plan,
              folder,
              temporary,
              new StudyOptions(threads, study.batch(), study.keepImages()),
              new Cancellation());
      closer.register(evaluator::close);
      return new ExecutorModel(study, plan, evaluator, closer);
    } catch (IOException | RuntimeException | Error e) {
      closer.close();
      throw e;
    }
  }

  private static void deleteScratch() {
    Path folder = scratch;
    if (folder != null) {
      try {
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
      } catch (IOException e) {
        // A folder for temporary files is cleaned up by the system too.
      }
    }
  }

  private static int threads(SparkConf conf) {
    int processors = Runtime.getRuntime().availableProcessors();
    return Math.min(processors, conf.getInt("spark.executor.cores", processors));
  }

  private Configuration configuration(String id) {
    return plan.configurations().stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the plan has no configuration " + id));
  }
}
