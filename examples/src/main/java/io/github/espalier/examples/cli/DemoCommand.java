package io.github.espalier.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.examples.demo.DemoModel;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.report.StudyReport;
import io.github.espalier.examples.study.run.Study;
import io.github.espalier.examples.study.run.StudyOptions;
import io.github.espalier.examples.study.run.StudyResult;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code espalier demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows on a tiny trained Stable Diffusion how much of it can be removed unnoticed.",
      "",
      "The model ships with Espalier and draws coloured shapes. It is pruned in many ways, each"
          + " pruned model makes the same images, and another model that ships too scores them."
          + " That takes minutes on two cores. The end is a page of curves, tables and images. A"
          + " demo that was stopped goes on with the same command.",
      "",
    })
@SuppressWarnings("NullAway.Init")
final class DemoCommand implements Callable<Integer> {
  private static final String MODEL = "tiny-sd2";
  private static final String STUDY = "study";

  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      defaultValue = "espalier-demo",
      description = "Folder of the demo; created, or gone on with (default: ${DEFAULT-VALUE}).")
  Path out;

  @Option(
      names = "--images",
      paramLabel = "N",
      converter = CountConverter.class,
      description = "Images of each pruned model, at least 2; more take longer (default: 64).")
  Optional<Integer> images = Optional.empty();

  @Mixin ThreadsOption threads;

  @Mixin JsonOption json;

  @Mixin ProgressOptions progressOptions;

  DemoCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    StudyOptions options = StudyOptions.withDefaults().withThreads(threads.count);
    StudyPlan plan = plan();
    requireOwn(out);
    try {
      DemoModel model = DemoModel.unpack(out.resolve(MODEL));
      StudyResult result = run(model, filled(plan, model), options);
      Path page = StudyReport.write(result, out.resolve(STUDY));
      if (progressOptions.tells(json)) {
        spec.commandLine().getOut().println(json.wanted ? json(result, page) : text(result, page));
      }
      return ExitStatus.OK;
    } catch (CancellationException e) {
      return ExitStatus.cancelledToGoOn(spec.commandLine());
    } catch (IOException e) {
      throw Failures.at(out, e);
    }
  }

  private StudyPlan plan() {
    StudyPlan plan = StudyPlan.builtIn("demo");
    if (images.isEmpty()) {
      return plan;
    }
    if (images.get() < 2) {
      throw new ParameterException(
          spec.commandLine(), "--images is " + images.get() + ", but must be at least 2");
    }
    try {
      return plan.withImages(images.get());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static StudyPlan filled(StudyPlan plan, DemoModel model) {
    return plan.withCaptions(model.captions())
        .withScores(plan.scores().withJudge(model.judge()).withReferences(model.references()));
  }

  private StudyResult run(DemoModel model, StudyPlan plan, StudyOptions options)
      throws IOException {
    tell(
        "A tiny Stable Diffusion makes "
            + plan.images()
            + " images, dense and pruned in "
            + (plan.configurations().size() - 1)
            + " ways; this takes minutes on two cores.");
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(model.checkpoint());
        StepDisplay display = progressOptions.startSteps(session, "Demo", "images")) {
      StudyDisplay shown = new StudyDisplay(display);
      StudyResult result =
          Study.run(checkpoint, plan, out.resolve(STUDY), options, shown, session.cancellation());
      if (!shown.worked()) {
        tell("All of it was done by an earlier run.");
      }
      return result;
    }
  }

  private void tell(String line) {
    if (!progressOptions.quiet) {
      spec.commandLine().getErr().println(line);
    }
  }

  private String text(StudyResult result, Path page) {
    List<String> lines = new ArrayList<>();
    lines.add("What pruning does to this tiny model:");
    List<String> findings = StudyReport.findings(result);
    for (int i = 0; i < findings.size(); i++) {
      lines.add("");
      lines.add(i + 1 + ". " + findings.get(i));
    }
    StudyReport.basis(result)
        .ifPresent(
            basis -> {
              lines.add("");
              lines.add(basis);
            });
    lines.add("");
    lines.add("The model and its judge: " + out.resolve(MODEL));
    lines.add("Curves, tables and images: " + page.toAbsolutePath().normalize());
    lines.add("In a browser: " + page.toUri());
    return String.join(System.lineSeparator(), lines);
  }

  private static String json(StudyResult result, Path page) {
    ObjectNode root = Json.object();
    root.set("findings", Json.of(StudyReport.findings(result)));
    StudyReport.basis(result).ifPresent(basis -> root.put("basis", basis));
    root.put("page", page.toAbsolutePath().normalize().toString());
    root.put(
        "result", page.resolveSibling(StudyResult.NAME).toAbsolutePath().normalize().toString());
    return Json.text(root);
  }

  /** A folder that is not a demo's is not touched. */
  private static void requireOwn(Path folder) throws IOException {
    if (!Files.exists(folder) || Files.exists(folder.resolve(MODEL))) {
      return;
    }
    if (Files.isDirectory(folder)) {
      try (Stream<Path> entries = Files.list(folder)) {
        if (entries.findAny().isEmpty()) {
          return;
        }
      }
    }
    throw new FileSystemException(
        folder.toString(), null, "exists and was not made by this demo; choose another --out");
  }
}
