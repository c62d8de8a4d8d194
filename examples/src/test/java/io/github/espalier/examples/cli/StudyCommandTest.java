package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.examples.RandomClip;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyCommandTest {
  private static final int KILLS = 5;
  private static final long SEED = 20261125;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final String PLAN =
      """
      {"name": "small", "images": 6,
       "sampling": {"width": 16, "height": 16, "steps": 2},
       "scores": {"distance": "none"},
       "experiments": [
        {"id": "text", "text": {"method": "magnitude"}, "sparsities": [0.3, 0.6]},
        {"id": "unet", "unet": {"method": "magnitude"}, "sparsities": [0.5]}]}
      """;

  @TempDir Path temp;
  List<String> args;

  @BeforeEach
  void prepare() throws IOException {
    Path checkpoint = Checkpoints.folder(temp);
    Path judge = RandomClip.write(temp.resolve("judge"), 1);
    Path plan = Files.writeString(temp.resolve("plan.json"), PLAN);
    args =
        List.of(
            "study",
            checkpoint.toString(),
            "--plan",
            plan.toString(),
            "--judge",
            judge.toString(),
            "--keep-images=2");
  }

  private Object[] with(String... more) {
    List<String> all = new ArrayList<>(args);
    all.addAll(List.of(more));
    return all.toArray();
  }

  private static String withoutTimes(Path result) throws IOException {
    ObjectNode root = (ObjectNode) MAPPER.readTree(result.toFile());
    root.remove("times");
    return root.toPrettyString();
  }

  @Test
  void showsATableAndWritesTheResult() throws IOException {
    Path out = temp.resolve("out");

    Run run = Cli.run(with("--out", out.toString(), "--images=2"));

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("dense", "text encoder 60% by magnitude", "U-Net 50% by magnitude")
        .contains(out.resolve("result.json").toString());
    assertThat(run.errLines()).hasSizeGreaterThanOrEqualTo(4).last().asString().contains("U-Net");
    assertThat(MAPPER.readTree(out.resolve("result.json").toFile()).path("configurations"))
        .hasSize(4);

    Run refused = Cli.run(with("--out", out.toString(), "--images=3"));
    assertThat(refused.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(refused.err()).contains("journal.jsonl", "plan.images: 2, now 3");
  }

  @Test
  void dryRunSaysWhatThereIsToDo() throws IOException {
    Run text = Cli.run(with("--dry-run"));
    assertThat(text.status()).as(text.err()).isZero();
    assertThat(text.out())
        .contains("Configurations: 4", "Images: 24 of 16x16", "U-Net calls: 48", "Disk: ");

    Run paper =
        Cli.run("study", temp.resolve("sd2"), "--plan=paper", "--size=16", "--dry-run", "--json");
    assertThat(paper.status()).as(paper.err()).isZero();
    JsonNode estimate = MAPPER.readTree(paper.out());
    assertThat(estimate.path("images").asLong())
        .isEqualTo(10_000 * estimate.path("configurations").asLong());
    assertThat(Checkpoints.names(temp)).containsExactlyInAnyOrder("sd2", "judge", "plan.json");
  }

  @Test
  void wrongOptionsAreRefused() {
    assertThat(Cli.run(with()).err()).contains("--out is needed");
    assertThat(Cli.run("study", temp.resolve("sd2"), "--plan", "papre", "--dry-run").err())
        .contains("papre is neither a file nor one of paper, beyond, demo");
    assertThat(Cli.run(with("--dry-run", "--images=200000")).err()).contains("images is 200000");
    assertThat(Cli.run(with("--out", "x", "--distance=judge")).err()).contains("need references");
    assertThat(Cli.run(with("--out", "x", "--distance=judge", "--images=1")).err())
        .contains("needs at least 2");
  }

  @Test
  void killedAtAnyMomentItGoesOnToTheSameResult() throws IOException, InterruptedException {
    Path whole = temp.resolve("whole");
    assertThat(Cli.run(with("--out", whole.toString())).status()).isZero();
    Path log = temp.resolve("log");
    Path out = temp.resolve("killed");
    List<String> command = new ArrayList<>(args);
    command.addAll(List.of("--out", out.toString()));

    Random random = new Random(SEED);
    int killed = 0;
    for (int i = 0; i < KILLS; i++) {
      long before = lines(out);
      Process process = JavaProcess.start(log, List.of(), command.toArray(String[]::new));
      // Waits for something to be done, so that each run has an effect, whatever else goes on.
      while (process.isAlive() && lines(out) == before) {
        process.waitFor(5, TimeUnit.MILLISECONDS);
      }
      if (!process.waitFor(random.nextInt(200), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
        killed++;
      }
    }

    assertThat(killed).as(Files.readString(log)).isGreaterThan(KILLS / 2);
    assertThat(Cli.run(command.toArray()).status()).isZero();
    assertThat(withoutTimes(out.resolve("result.json")))
        .isEqualTo(withoutTimes(whole.resolve("result.json")));
  }

  /** Lines of the journal and of all lists of images. */
  private static long lines(Path out) throws IOException {
    if (!Files.exists(out)) {
      return 0;
    }
    long lines = 0;
    try (Stream<Path> walk = Files.walk(out)) {
      for (Path file : walk.filter(each -> each.toString().endsWith(".jsonl")).toList()) {
        if (Files.exists(file)) {
          lines += Files.readAllLines(file).size();
        }
      }
    } catch (UncheckedIOException e) {
      return -1; // A file was moved while this walked.
    }
    return lines;
  }
}
