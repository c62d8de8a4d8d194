package io.github.espalier.examples.cli;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskSet;
import io.github.espalier.core.model.RewriteOptions;
import io.github.espalier.core.model.RewriteOptions.StorageFormat;
import io.github.espalier.core.prune.Pruner;
import io.github.espalier.core.prune.PruningPlan;
import io.github.espalier.core.report.PruningReport;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.masks.MaskFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier prune}. */
@Command(
    name = "prune",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a pruned copy of a checkpoint in the same layout.",
      "",
      "The source is not changed. The copy appears whole or not at all.",
      "",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier prune stable-diffusion-2 --out sd2-pruned --text 47.5%% --unet 35%%",
      "  espalier prune sd2.safetensors --out sd2-pruned.safetensors --unet 50%% --pattern 2:4",
      "  espalier prune sd2 --unet 35%% --select 'attn2\\.to_[kv]' --dry-run",
    })
@SuppressWarnings("NullAway.Init")
final class PruneCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

  @Mixin ExitStatusHelp exitStatusHelp;

  @Parameters(
      paramLabel = "SRC",
      description = "A diffusers folder, or an original single file (.safetensors).")
  Path source;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DST",
      description = "Folder or file to create.")
  Optional<Path> out = Optional.empty();

  @Mixin PlanOptions planOptions;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "dense",
      description =
          "How zeros are stored: dense (every tool reads it, no smaller) or sparse (smaller, read"
              + " by Espalier; 'espalier convert' expands it) (default: ${DEFAULT-VALUE}).")
  StorageFormat format;

  @Option(
      names = "--mask-out",
      paramLabel = "FILE",
      description = "Save the masks to a safetensors file.")
  Optional<Path> maskOut = Optional.empty();

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Save the report, with every layer, as JSON.")
  Optional<Path> reportOut = Optional.empty();

  @Option(
      names = "--output-errors",
      negatable = true,
      description =
          "Measure how far each layer's output moves on the calibration data, for the report; the"
              + " default is to do so if there are Gram matrices. For wide layers this takes as long"
              + " as sparsegpt.")
  @org.jspecify.annotations.Nullable Boolean outputErrors;

  @Mixin VariantOption variant;

  @Mixin ThreadsOption threads;

  @Mixin OverwriteOption overwrite;

  @Option(names = "--dry-run", description = "Only report; write no checkpoint.")
  boolean dryRun;

  @Mixin ProgressOptions progressOptions;

  PruneCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    planOptions.requireSomething();
    if (out.isEmpty() && !dryRun) {
      throw new ParameterException(
          spec.commandLine(), "where to? give --out, or --dry-run to write nothing");
    }
    requireSideOutputs();
    RunCost cost = RunCost.start();
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source, variant.name);
        PlanCalibration calibration = planOptions.openCalibration(checkpoint)) {
      PruningPlan plan = planOptions.plan(checkpoint, calibration);
      calibration.layers().notes(plan).forEach(note -> warn(note));
      Map<String, Mask> masks = new TreeMap<>();
      PruningReport report = prune(checkpoint, plan, masks);
      save(report, masks);
      if (!progressOptions.quiet) {
        print(checkpoint, report);
        spec.commandLine().getOut().println(cost.sentence());
      }
      return ExitStatus.OK;
    }
  }

  private PruningReport prune(Sd2Checkpoint checkpoint, PruningPlan plan, Map<String, Mask> masks)
      throws IOException {
    try (ProgressDisplay progress = progressOptions.start(session, "Pruning")) {
      Pruner pruner =
          Pruner.create()
              .withThreads(threads.count)
              .withListener(progress)
              .withCancellation(session.cancellation())
              .withOutputErrors(outputErrors == null || outputErrors)
              .withOptions(
                  RewriteOptions.withDefaults().withOverwrite(overwrite.wanted).withFormat(format));
      if (maskOut.isPresent()) {
        pruner = pruner.withMaskSink((layer, mask) -> masks.put(layer.qualifiedName(), mask));
      }
      if (dryRun) {
        return pruner.dryRun(checkpoint, plan);
      }
      Path target = out.orElseThrow();
      try {
        return pruner.prune(checkpoint, plan, target);
      } catch (IOException e) {
        throw Failures.at(target, e);
      }
    }
  }

  private void warn(String note) {
    spec.commandLine().getErr().println("espalier: note: " + note);
  }

  private void save(PruningReport report, Map<String, Mask> masks) throws IOException {
    if (maskOut.isPresent()) {
      try {
        MaskFile.write(maskOut.get(), new MaskSet(masks));
      } catch (IOException e) {
        throw Failures.at(maskOut.get(), e);
      }
    }
    if (reportOut.isPresent()) {
      try {
        StagedOutput.write(reportOut.get(), report.toJson().getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw Failures.at(reportOut.get(), e);
      }
    }
  }

  private void requireSideOutputs() throws IOException {
    Optional<SideOutput> masks = maskOut.map(file -> new SideOutput("--mask-out", file));
    Optional<SideOutput> report = reportOut.map(file -> new SideOutput("--report", file));
    for (SideOutput output : Stream.concat(masks.stream(), report.stream()).toList()) {
      if (out.isPresent() && !dryRun) {
        output.requireApart(out.get(), "the output");
      }
      if (!Files.isDirectory(source)) {
        output.requireApart(source, "the source");
      }
      output.requireCreatable(overwrite.wanted);
    }
    if (report.isPresent() && maskOut.isPresent()) {
      report.get().requireApart(maskOut.get(), "the file of masks");
    }
  }

  private void print(Sd2Checkpoint checkpoint, PruningReport report) throws IOException {
    PrintWriter writer = spec.commandLine().getOut();
    // What shapes cannot show does not matter to pruning; 'inspect' says it.
    checkpoint.notes().stream()
        .filter(note -> !note.startsWith("assumed"))
        .forEach(note -> writer.println("Note: " + note));
    writer.println(report.summary());
    writer.println();
    if (dryRun) {
      writer.printf(
          "Dry run: read %s in %s, wrote %s.%n",
          Figures.bytes(report.bytesRead()),
          Figures.seconds(report.seconds()),
          maskOut.isPresent() || reportOut.isPresent() ? "no checkpoint" : "nothing");
    } else if (format == StorageFormat.SPARSE) {
      Path target = out.orElseThrow();
      SparseSizes sizes = SparseSizes.of(checkpoint, target);
      writer.printf(
          "Wrote %s: %s of weights in %s.%n",
          target, Figures.bytes(sizes.after()), Figures.seconds(report.seconds()));
      writer.println(sizes.note());
    } else {
      Path target = out.orElseThrow();
      writer.printf(
          "Wrote %s: %s in %s (%s).%n",
          target,
          Figures.bytes(report.bytesRead()),
          Figures.seconds(report.seconds()),
          Figures.rate(report.bytesRead(), report.seconds()));
      writer.println(
          "The files are as large as before: zeros are stored like other weights, so that every"
              + " tool reads them (--format sparse stores them smaller).");
    }
    maskOut.ifPresent(file -> writer.println("Masks: " + file));
    reportOut.ifPresent(file -> writer.println("Report: " + file));
  }
}
