package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.cli.Cli.Run;
import io.github.espalier.examples.study.plan.StudyPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  @TempDir Path temp;

  /** Stopped once the journal has so many lines, the first of which is the protocol. */
  private static Run stoppedAt(Path journal, int lines, Object... args)
      throws InterruptedException {
    Cancellation cancellation = new Cancellation();
    Thread watch =
        new Thread(
            () -> {
              try {
                while (!Files.exists(journal) || Files.readAllLines(journal).size() < lines) {
                  Thread.sleep(5);
                }
              } catch (IOException | InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              cancellation.cancel();
            });
    watch.start();
    Run run = Cli.run(cancellation, args);
    watch.interrupt();
    watch.join();
    return run;
  }

  @Test
  void stoppedItGoesOnAndEndsWithThreeFindingsAndThePage() throws Exception {
    Path out = temp.resolve("demo");
    Path study = out.resolve("study");
    Path page = study.resolve("report.html");
    int models = StudyPlan.builtIn("demo").configurations().size();

    Run stopped = stoppedAt(study.resolve("journal.jsonl"), 3, "demo", "--out", out, "--images=2");
    assertThat(stopped.status()).as(stopped.err()).isEqualTo(ExitStatus.CANCELLED);
    assertThat(stopped.err()).contains("the same command goes on");
    assertThat(page).doesNotExist();

    Run run = Cli.run("demo", "--out", out, "--images=2");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.errLines().get(0))
        .contains("makes 2 images, dense and pruned in " + (models - 1) + " ways");
    assertThat(run.err()).contains("left");
    assertThat(run.out())
        .containsPattern("(?m)^1\\. Text encoder by magnitude: ")
        .containsPattern("(?m)^2\\. U-Net by magnitude: ")
        .containsPattern("(?m)^3\\. [^\\n]* % of the whole model's parameters")
        .contains("Each score is the mean of 2 images")
        .contains(page.toAbsolutePath().toString(), page.toUri().toString());
    assertThat(Files.readString(page)).contains("Each score is the mean of 2 images");
    assertThat(Files.readAllLines(study.resolve("journal.jsonl"))).hasSize(1 + models);

    Map<String, String> journal = Checkpoints.stamps(study.resolve("images"));
    Run again = Cli.run("demo", "--out", out, "--images=2", "--json", "--quiet");
    assertThat(again.status()).isZero();
    assertThat(again.err()).isEmpty();
    JsonNode json = new ObjectMapper().readTree(again.out());
    assertThat(json.path("findings")).hasSize(3);
    assertThat(Path.of(json.path("page").asText())).exists();
    assertThat(Path.of(json.path("result").asText())).exists();
    assertThat(Checkpoints.stamps(study.resolve("images"))).isEqualTo(journal);

    assertThat(Cli.run("demo", "--out", out, "--images=2").err()).contains("by an earlier run");

    Run other = Cli.run("demo", "--out", out, "--images=3");
    assertThat(other.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(other.err()).contains("plan.images: 2, now 3");
  }

  @Test
  void leavesOtherFoldersAlone() throws IOException {
    Files.writeString(temp.resolve("thesis.txt"), "mine");

    Run run = Cli.run("demo", "--out", temp);

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("was not made by this demo");
    assertThat(Checkpoints.names(temp)).containsExactly("thesis.txt");
  }

  @Test
  void wrongInputIsRefused() throws IOException {
    Path out = temp.resolve("demo");
    for (String images : new String[] {"0", "1", "x", "200000"}) {
      Run run = Cli.run("demo", "--out", out, "--images", images);
      assertThat(run.status()).as(images).isEqualTo(ExitStatus.USAGE);
      assertThat(run.errLines()).hasSize(1);
      assertThat(out).doesNotExist();
    }
    Files.createDirectories(out.resolve("tiny-sd2"));

    Run run = Cli.run("demo", "--out", out);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err())
        .contains(out.resolve("tiny-sd2").toString(), "is not the file that ships");
  }

  @Test
  void helpSaysThePlansNumberOfImages() {
    assertThat(Cli.run("help", "demo").out())
        .contains("(default: " + StudyPlan.builtIn("demo").images() + ")");
  }
}
