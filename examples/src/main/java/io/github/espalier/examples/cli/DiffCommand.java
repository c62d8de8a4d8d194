package io.github.espalier.examples.cli;

import io.github.espalier.sd2.diff.CheckpointDiff;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier diff}. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = {
      "Shows which tensors of two checkpoints differ, where, and how many zeros came and went.",
      "",
      "A and B are checkpoints of any layout, compared layer by layer; or two safetensors files"
          + " that are no checkpoints, compared by the names of their tensors.",
      "",
    },
    exitCodeOnExecutionException = ExitStatus.USAGE,
    exitCodeListHeading = "%nExit status, as that of diff(1):%n",
    exitCodeList = {
      "0:nothing differs",
      "1:something differs",
      "2:wrong options, or A or B cannot be read",
      ExitStatus.CANCELLED_TEXT,
      ExitStatus.TERMINATED_TEXT,
    })
@SuppressWarnings("NullAway.Init")
final class DiffCommand implements Callable<Integer> {
  private final Session session;

  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "A", description = "Folder or file.")
  Path first;

  @Parameters(index = "1", paramLabel = "B", description = "Folder or file.")
  Path second;

  @Mixin JsonOption json;

  @Mixin VariantOption variant;

  @Mixin ThreadsOption threads;

  @Mixin ProgressOptions progressOptions;

  DiffCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    CheckpointDiff diff;
    try (ProgressDisplay progress =
        progressOptions.start(session, "Comparing").expecting(bytes(first))) {
      diff = CheckpointDiff.between(first, second, variant.name, threads.count, progress);
    }
    if (progressOptions.tells(json)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(json.wanted ? DiffReport.json(diff) : DiffReport.text(diff, first, second));
    }
    return diff.isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private static long bytes(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return Files.exists(path) ? Files.size(path) : 0;
    }
    try (Stream<Path> walk = Files.walk(path)) {
      long bytes = 0;
      for (Path file : walk.filter(each -> each.toString().endsWith(".safetensors")).toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }
}
