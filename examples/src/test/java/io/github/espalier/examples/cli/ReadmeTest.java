package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.EspalierVersion;
import io.github.espalier.core.prune.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** What the README shows is what there is. */
class ReadmeTest {
  /** Maven runs the tests of a module in its folder. */
  private static final Path ROOT = Path.of("..");

  private static final String LAUNCHER = "examples/espalier ";

  private static String text(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }

  private static List<String> blocks(String file, String language) throws IOException {
    Matcher matcher =
        Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL).matcher(text(file));
    return matcher.results().map(block -> block.group(1)).toList();
  }

  private static List<String> commands(String file) throws IOException {
    return blocks(file, "sh").stream()
        .flatMap(String::lines)
        .filter(line -> !line.isBlank())
        .toList();
  }

  @Test
  void javaSnippetsAreTheCompiledPrograms() throws IOException {
    Path folder = Path.of("src/main/java/io/github/espalier/examples/api");
    assertThat(blocks("README.md", "java"))
        .containsExactly(
            Files.readString(folder.resolve("PruneCheckpoint.java")),
            Files.readString(folder.resolve("MeanSquarePruning.java")));
  }

  @Test
  void dependenciesHaveThisVersion() throws IOException {
    assertThat(String.join("", blocks("README.md", "xml")))
        .contains("<version>" + EspalierVersion.current() + "</version>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "CONTRIBUTING.md"})
  void everyEspalierCommandParses(String file) throws IOException {
    List<String> found = new ArrayList<>();
    for (String command : commands(file)) {
      int start = command.indexOf(LAUNCHER);
      if (start >= 0) {
        String[] args = command.substring(start + LAUNCHER.length()).split(" ", -1);
        CommandLine program = Espalier.commandLine(new Session(new Cancellation(), Terminal.NONE));
        ParseResult parsed = program.parseArgs(args);
        assertThat(parsed.hasSubcommand()).as(command).isTrue();
        found.add(command);
      } else {
        assertThat(command).startsWith("mvn -B ");
      }
    }
    assertThat(found).isNotEmpty();
  }

  @Test
  void firstTwoCommandsAreDemoAndTests() throws IOException {
    assertThat(commands("README.md")).startsWith("examples/espalier demo", "mvn -B verify");
    assertThat(text(".ci/run")).contains("\nmvn -B verify\n");
    assertThat(ROOT.resolve("examples/espalier")).isExecutable();
    assertThat(ROOT.resolve(".ci/run")).isExecutable();
  }

  @Test
  void linksLeadSomewhere() throws IOException {
    for (String file : Arrays.asList("README.md", "CONTRIBUTING.md", "CHANGELOG.md")) {
      Matcher matcher = Pattern.compile("]\\(([^):]+)\\)").matcher(text(file));
      while (matcher.find()) {
        assertThat(ROOT.resolve(matcher.group(1))).exists();
      }
    }
  }
}
