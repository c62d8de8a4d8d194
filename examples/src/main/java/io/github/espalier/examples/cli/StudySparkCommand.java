package io.github.espalier.examples.cli;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.study.cluster.ClusterOptions;
import io.github.espalier.examples.study.cluster.ClusterRunner;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.run.StudyListener;
import io.github.espalier.examples.study.run.StudyOptions;
import io.github.espalier.examples.study.run.StudyResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code espalier study-spark}. */
@Command(
    name = "study-spark",
    description = {
      "Does what 'espalier study' does, on Apache Spark: each task makes and scores some of a"
          + " pruned model's images.",
      "",
      "The result is that of 'espalier study', and either goes on with what the other began. All"
          + " machines of a cluster must find the files under the same names. Settings of Spark"
          + " are given as ESPALIER_OPTS='-Dspark.executor.memory=2g'.",
      "",
    },
    footer = {
      "  espalier study-spark stable-diffusion-2 --plan paper --captions captions.jsonl"
          + " --judge clip-vit-base-patch32 --inception inception.safetensors --references"
          + " photographs --master spark://host:7077 --out study",
    })
final class StudySparkCommand extends StudyCommand {
  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Where Spark runs, such as spark://host:7077 or local[2] (default: what spark-submit"
              + " says, or all processors of this machine).")
  Optional<String> master = Optional.empty();

  @Option(
      names = "--partitions",
      paramLabel = "N",
      converter = CountConverter.class,
      description =
          "Into how many tasks the images of a pruned model are divided; of no effect on the"
              + " result (default: by the cluster's cores).")
  Optional<Integer> partitions = Optional.empty();

  StudySparkCommand(Session session) {
    super(session);
  }

  @Override
  StudyResult study(
      StudyPlan plan,
      Path folder,
      StudyOptions options,
      StudyListener listener,
      Cancellation cancellation)
      throws IOException {
    ClusterRunner runner =
        ServiceLoader.load(ClusterRunner.class)
            .findFirst()
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "Spark is not in the class path; examples/espalier study-spark puts it"
                            + " there"));
    boolean ownThreads = spec.commandLine().getParseResult().hasMatchedOption("--threads");
    ClusterOptions cluster =
        new ClusterOptions(
            master,
            partitions,
            ownThreads ? Optional.of(work.threads.count) : Optional.empty(),
            options);
    return runner.run(source, variant.name, plan, folder, cluster, listener, cancellation);
  }
}
