package io.github.espalier.examples.cli;

import io.github.espalier.sd2.safetensors.Safetensors;
import io.github.espalier.sd2.safetensors.SafetensorsHeader;
import io.github.espalier.sd2.safetensors.Verdict;
import io.github.espalier.sd2.safetensors.VerdictMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier verify}. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Says of each safetensors file whether it is well-formed, and if not, why.",
      "",
      "A folder stands for all files below it that end in .safetensors.",
      "",
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all files are accepted",
      "1:a file is rejected or cannot be read",
      ExitStatus.USAGE_TEXT,
    })
@SuppressWarnings("NullAway.Init")
final class VerifyCommand implements Callable<Integer> {
  private static final String EXTENSION = ".safetensors";

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files or folders.")
  List<Path> files;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "strict",
      description =
          "reference: the verdict of the safetensors library. strict: refuses in addition what no"
              + " sane writer produces, such as two tensors of one name (default:"
              + " ${DEFAULT-VALUE}).")
  VerdictMode mode;

  @Override
  public Integer call() throws IOException {
    boolean allAccepted = true;
    for (Path file : expand(files)) {
      allAccepted &= verify(file);
    }
    return allAccepted ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private boolean verify(Path file) {
    String line;
    boolean accepted = false;
    try {
      Verdict verdict = Safetensors.verify(file, mode);
      accepted = verdict.isAccepted();
      line =
          verdict instanceof Verdict.Accepted good
              ? file + ": accepted (" + describe(good.header()) + ")"
              : file + ": rejected: " + ((Verdict.Rejected) verdict).reason();
    } catch (IOException e) {
      line = Failures.message(Failures.at(file, e));
    }
    spec.commandLine().getOut().println(line);
    return accepted;
  }

  private static String describe(SafetensorsHeader header) {
    return header.tensors().size() + " tensors, " + Figures.bytes(header.dataSize()) + " of data";
  }

  private static List<Path> expand(List<Path> paths) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.isDirectory(path)) {
        files.add(path);
        continue;
      }
      try (Stream<Path> walk = Files.walk(path)) {
        List<Path> found =
            walk.filter(file -> file.toString().endsWith(EXTENSION) && Files.isRegularFile(file))
                .sorted()
                .toList();
        if (found.isEmpty()) {
          throw new IllegalArgumentException(path + ": has no files that end in " + EXTENSION);
        }
        files.addAll(found);
      }
    }
    return files;
  }
}
