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
  void explainsCommandsOfCommands() {
    assertThat(Cli.run("help").out()).isEqualTo(Cli.run("--help").out());
    assertThat(Cli.run("help", "bench").out()).isEqualTo(Cli.run("bench", "--help").out());
    Run run = Cli.run("help", "bench", "prune");
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("Usage: espalier bench prune");
    Run unknown = Cli.run("help", "bench", "prun");
    assertThat(unknown.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(unknown.err()).contains("'prun'", "(see espalier bench --help)");
  }

  @Test
  void showsDefaultsAsTheyAreWritten() {
    assertThat(Cli.run("prune", "--help").out())
        .contains("default: dense", "143")
        .containsPattern("default:\\s+input-channels");
    assertThat(Cli.run("verify", "--help").out()).containsPattern("default:\\s+strict");
    assertThat(Cli.run("synthesize", "--help").out())
        .containsPattern("default:\\s+f16")
        .containsPattern("default:\\s+sd2");
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
    assertThat(run.out())
        .contains("magnitude (", "rule: ", "sd2-pruning", "default: rule exact", "random (")
        .contains("Allocations:", "owl (", "lambda: ", "rule exact", "alpha (", "uniform (");
  }

  @Test
  void describesTheBackend() {
    assertThat(Cli.run("backends").out()).contains("Backend: ", "ND4J 1.0.0-M2.1");
  }
}
