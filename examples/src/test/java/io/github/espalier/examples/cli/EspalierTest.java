package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.EspalierVersion;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.cli.Cli.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class EspalierTest {
  @Test
  void everyCommandHasHelp() {
    CommandLine root = Espalier.commandLine(new Session(new Cancellation(), Terminal.NONE));
    for (List<String> path : commands(root, List.of())) {
      List<String> args = new ArrayList<>(path);
      args.add("--help");
      Run run = Cli.run(args.toArray());
      assertThat(run.status()).as(args.toString()).isZero();
      assertThat(run.out()).startsWith("Usage: ").contains("espalier " + String.join(" ", path));
      assertThat(run.out().lines()).as("lines that fit").allMatch(line -> line.length() <= 80);
    }
  }

  private static List<List<String>> commands(CommandLine command, List<String> path) {
    List<List<String>> commands = new ArrayList<>();
    for (Map.Entry<String, CommandLine> entry : command.getSubcommands().entrySet()) {
      boolean alias = !entry.getKey().equals(entry.getValue().getCommandName());
      if (!alias && !entry.getKey().equals("help")) {
        List<String> below = new ArrayList<>(path);
        below.add(entry.getKey());
        commands.add(below);
        commands.addAll(commands(entry.getValue(), below));
      }
    }
    return commands;
  }

  @Test
  void saysItsVersion() {
    assertThat(Cli.run("--version").out()).startsWith("espalier " + EspalierVersion.current());
  }

  @Test
  void withoutCommandShowsTheCommands() {
    Run run = Cli.run();
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).startsWith("Usage: espalier").contains("prune", "bench", "demo");
  }

  @Test
  void suggestsCommands() {
    Run run = Cli.run("prun");
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("did you mean").contains("prune");
  }

  @Test
  void completesInShells() {
    Run run = Cli.run("completion");
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith("#!/usr/bin/env bash")
        .contains("complete -F")
        .contains("prune");
    assertThat(Cli.run("generate-completion").out()).hasSameSizeAs(run.out());
  }

  @Test
  void listsMethodsAndTheirOptions() {
    Run run = Cli.run("methods");
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("magnitude (", "rule: ", "SD2_PRUNING", "random (");
  }

  @Test
  void describesTheBackend() {
    assertThat(Cli.run("backends").out()).contains("Backend: ", "ND4J 1.0.0-M2.1");
  }
}
