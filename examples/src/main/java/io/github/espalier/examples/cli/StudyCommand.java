package io.github.espalier.examples.cli;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.report.StudyReport;
import io.github.espalier.examples.study.run.Study;
import io.github.espalier.examples.study.run.StudyEstimate;
import io.github.espalier.examples.study.run.StudyListener;
import io.github.espalier.examples.study.run.StudyOptions;
import io.github.espalier.examples.study.run.StudyResult;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier study}. */
@Command(
    name = "study",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Prunes a checkpoint in many ways, makes images with each, and scores them. What no option says"
          + " is the plan's.",
      "",
      "What is done is kept in a folder: the same command goes on with a study that was stopped,"
          + " and ends with the same result.json. The checkpoint is not changed, and pruned ones"
          + " are not written.",
      "",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier study stable-diffusion-2 --plan paper --dry-run",
      "  espalier study stable-diffusion-2 --plan paper --captions captions.jsonl --judge"
          + " clip-vit-base-patch32 --inception inception.safetensors --references photographs.safetensors"
          + " --out study",
    })
@SuppressWarnings("NullAway.Init")
class StudyCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(paramLabel = "CHECKPOINT", description = "A diffusers folder.")
  Path source;

  @Mixin StudyPlanOptions planOptions;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description = "Folder of the study; created, or gone on with.")
  Optional<Path> out = Optional.empty();

  @Mixin StudyWorkOptions work;

  @Mixin VariantOption variant;

  @Option(
      names = "--dry-run",
      description =
          "Do nothing but say what there is to do, and how long it would take by a measured call of"
              + " the U-Net.")
  boolean dryRun;

  @Mixin JsonOption json;

  @Mixin ProgressOptions progressOptions;

  StudyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    StudyOptions options = work.options();
    StudyPlan plan = planOptions.plan();
    if (out.isEmpty() && !dryRun) {
      throw new ParameterException(spec.commandLine(), "--out is needed, unless with --dry-run");
    }
    try {
      String text = dryRun ? estimate(plan, options) : run(plan, options, out.orElseThrow());
      if (json.wanted || !progressOptions.quiet) {
        spec.commandLine().getOut().println(text);
      }
      return ExitStatus.OK;
    } catch (CancellationException e) {
      spec.commandLine()
          .getErr()
          .println(
              "espalier: cancelled"
                  + (dryRun ? "" : "; the same command goes on with what is finished"));
      return ExitStatus.CANCELLED;
    }
  }

  private String estimate(StudyPlan plan, StudyOptions options) throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source, variant.name)) {
      StudyEstimate found = StudyEstimate.of(checkpoint, plan, options, session.cancellation());
      return json.wanted ? Json.text(Json.of(found)) : StudyText.estimate(plan, found);
    }
  }

  /** Does the work. */
  StudyResult study(
      StudyPlan plan,
      Path folder,
      StudyOptions options,
      StudyListener listener,
      Cancellation cancellation)
      throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source, variant.name)) {
      return Study.run(checkpoint, plan, folder, options, listener, cancellation);
    }
  }

  private String run(StudyPlan plan, StudyOptions options, Path folder) throws IOException {
    StudyResult result;
    try (StepDisplay display = progressOptions.startSteps(session, "Studying", "images")) {
      result = study(plan, folder, options, new StudyDisplay(display), session.cancellation());
    } catch (IOException e) {
      throw Failures.at(folder, e);
    }
    Path page = StudyReport.write(result, folder);
    return json.wanted
        ? result.toJson().stripTrailing()
        : StudyText.summary(result, folder.resolve(StudyResult.NAME), page);
  }
}
