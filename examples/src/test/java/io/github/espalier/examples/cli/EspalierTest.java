package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.EspalierVersion;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.cli.Cli.Run;
import io.github.espalier.methods.owl.Owl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
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
        .contains("Allocations:", "owl (", "lambda: ", "rule exact", "alpha (", "uniform (")
        .containsPattern("sparsegpt \\(.*\\)\n  needs: Gram matrices of the inputs")
        .containsPattern("wanda \\(.*\\)\n  needs: moments of the inputs")
        .containsPattern("magnitude \\(.*\\)\n  needs: nothing but the weights");
  }

  @Test
  void listsMethodsAsJson() throws JsonProcessingException {
    Run run = Cli.run("methods", "--json");
    assertThat(run.status()).isZero();
    JsonNode root = new ObjectMapper().readTree(run.out());
    JsonNode owl =
        StreamSupport.stream(root.path("allocations").spliterator(), false)
            .filter(each -> each.path("name").asText().equals("owl"))
            .findFirst()
            .orElseThrow();
    assertThat(owl.path("type").asText()).isEqualTo(Owl.class.getName());
    assertThat(owl.path("needs").asText()).isEqualTo("moments");
    assertThat(owl.path("options").path("lambda").asText()).contains("largest and the smallest");
    assertThat(owl.path("settings").asText()).contains("lambda 0.08");
    assertThat(owl.path("source").asText()).endsWith("ICML 2024, arXiv 2310.05175");
  }

  /** Every method of the library says where it comes from. */
  @Test
  void listsSources() throws JsonProcessingException {
    JsonNode root = new ObjectMapper().readTree(Cli.run("methods", "--json").out());
    List<JsonNode> found = new ArrayList<>();
    root.path("methods").forEach(found::add);
    root.path("allocations").forEach(found::add);
    found.removeIf(each -> !each.path("type").asText().startsWith("io.github.espalier.methods."));
    assertThat(found)
        .hasSizeGreaterThanOrEqualTo(7)
        .allSatisfy(
            each ->
                assertThat(each.path("source").asText())
                    .as(each.path("name").asText())
                    .containsPattern("\".+\", [A-Za-z]+ 20[0-9]{2}, (arXiv|OpenReview) [^\n]+$"));
  }

  @Test
  void describesTheBackend() {
    assertThat(Cli.run("backends").out()).contains("Backend: ", "ND4J 1.0.0-M2.1");
  }
}
