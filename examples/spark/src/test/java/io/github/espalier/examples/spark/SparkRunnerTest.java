package io.github.espalier.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.study.cluster.ClusterOptions;
import io.github.espalier.examples.study.cluster.ClusterRunner;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.run.Study;
import io.github.espalier.examples.study.run.StudyListener;
import io.github.espalier.examples.study.run.StudyOptions;
import io.github.espalier.examples.study.run.StudyProgress;
import io.github.espalier.examples.study.run.StudyResult;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Studies of the trained model that ships with Espalier, on Spark in this virtual machine. */
class SparkRunnerTest {
  /** Maven runs the tests of a module in its folder. */
  private static final Path TINY =
      Path.of("../src/main/resources/io/github/espalier/examples/demo/tiny-sd2");

  private static final int IMAGES = 7;

  private static final String PLAN =
      """
      {"name": "small", "captions": "captions.txt", "images": 7, "firstSeed": 5,
       "sampling": {"width": 32, "height": 32, "steps": 2, "scheduler": "ddim"},
       "scores": {"distance": "judge", "judge": "judge", "references": "references"},
       "calibration": {"captions": "captions.txt", "limit": 2, "steps": 1},
       "experiments": [
        {"id": "text", "text": {"method": "flaky"}, "sparsities": [0.5]},
        {"id": "wanda", "sparsities": [0.5],
         "text": {"method": "wanda", "sequential": true, "allocation": "owl"},
         "unet": {"method": "wanda"}}]}
      """;

  @TempDir static Path shared;
  private static StudyPlan plan;
  private static String expected;

  @TempDir Path temp;

  @BeforeAll
  static void runHere() throws IOException {
    Files.copy(TINY.resolve("scenes/captions.txt"), shared.resolve("captions.txt"));
    copyFolder(TINY.resolve("judge"), shared.resolve("judge"), Integer.MAX_VALUE);
    copyFolder(TINY.resolve("scenes/real"), shared.resolve("references"), 8);
    plan = StudyPlan.read(Files.writeString(shared.resolve("plan.json"), PLAN));
    FlakyMethod.failNext(0);
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(TINY.resolve("sd2"))) {
      expected =
          withoutTimes(
              Study.run(
                  checkpoint,
                  plan,
                  shared.resolve("here"),
                  StudyOptions.withDefaults(),
                  StudyListener.NONE,
                  new Cancellation()));
    }
  }

  private static void copyFolder(Path source, Path target, int most) throws IOException {
    Files.createDirectories(target);
    try (Stream<Path> files = Files.list(source)) {
      for (Path each : files.sorted(Comparator.naturalOrder()).limit(most).toList()) {
        Files.copy(each, target.resolve(each.getFileName().toString()));
      }
    }
  }

  private static String withoutTimes(StudyResult result) {
    String json = result.toJson();
    return json.substring(0, json.indexOf("\"times\""));
  }

  private StudyResult run(
      String master, int partitions, StudyListener listener, Cancellation cancellation)
      throws IOException {
    ClusterRunner runner = ServiceLoader.load(ClusterRunner.class).findFirst().orElseThrow();
    return runner.run(
        TINY.resolve("sd2"),
        "",
        plan,
        temp.resolve("out"),
        new ClusterOptions(
            Optional.of(master),
            Optional.of(partitions),
            Optional.empty(),
            StudyOptions.withDefaults()),
        listener,
        cancellation);
  }

  private StudyResult run(String master, int partitions) throws IOException {
    return run(master, partitions, StudyListener.NONE, new Cancellation());
  }

  private List<String> journal() throws IOException {
    return Files.readAllLines(temp.resolve("out/journal.jsonl"));
  }

  /** Equal to the last bit, though 1e-12 would do. */
  @ParameterizedTest
  @CsvSource({
    "local[1], 1",
    "local[1], 2",
    "local[1], 7",
    "local[2], 1",
    "local[2], 2",
    "local[2], 7"
  })
  void resultsAreThoseOfASingleMachine(String master, int partitions) throws IOException {
    FlakyMethod.failNext(0);

    assertThat(withoutTimes(run(master, partitions))).isEqualTo(expected);

    assertThat(temp.resolve("out/ranges").toFile().list()).isEmpty();
    assertThat(temp.resolve("out/calibration").toFile().list())
        .as("sequential calibrations are deleted")
        .hasSameSizeAs(shared.resolve("here/calibration").toFile().list());
    assertThat(temp.resolve("out/images/dense/00006.png"))
        .hasSameBinaryContentAs(shared.resolve("here/images/dense/00006.png"));
    assertThat(temp.resolve("out/scores/dense.scores.jsonl"))
        .hasSameBinaryContentAs(shared.resolve("here/scores/dense.scores.jsonl"));
  }

  @Test
  void taskThatFailsOnceIsTriedAgainAndCountedOnce() throws IOException {
    FlakyMethod.failNext(1);
    List<StudyProgress> progress = new ArrayList<>();

    StudyResult result =
        run(
            "local[2]",
            3,
            new StudyListener() {
              @Override
              public void progress(StudyProgress each) {
                progress.add(each);
              }
            },
            new Cancellation());

    assertThat(FlakyMethod.failuresLeft()).as("it did fail").isZero();
    assertThat(withoutTimes(result)).isEqualTo(expected);
    assertThat(journal()).hasSize(1 + plan.configurations().size());
    assertThat(progress).extracting(StudyProgress::images).isSorted();
    assertThat(progress.get(progress.size() - 1).images())
        .isEqualTo((long) IMAGES * plan.configurations().size());
  }

  @Test
  void taskThatFailsAgainAndAgainStopsTheStudyWhichGoesOnAfterwards() throws IOException {
    FlakyMethod.failNext(Integer.MAX_VALUE);
    assertThatThrownBy(() -> run("local[2]", 2))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("failed 4 times")
        .hasMessageContaining(FlakyMethod.FAILURE);
    List<String> before = journal();
    assertThat(before).as("the dense model").hasSize(2);

    FlakyMethod.failNext(0);
    StudyResult result = run("local[2]", 2);

    assertThat(withoutTimes(result)).isEqualTo(expected);
    assertThat(journal()).startsWith(before.toArray(new String[0]));
  }

  /** Stops when something arrived, but not all. */
  private static final class Stopping implements StudyListener {
    final Cancellation cancellation = new Cancellation();
    long images;

    @Override
    public void progress(StudyProgress progress) {
      images = progress.images();
      if (images % IMAGES > 1) {
        cancellation.cancel();
      }
    }
  }

  @Test
  void rerunSkipsRangesThatAreDone() throws IOException {
    FlakyMethod.failNext(0);
    Stopping stopping = new Stopping();
    assertThatThrownBy(() -> run("local[1]", 7, stopping, stopping.cancellation))
        .isInstanceOf(CancellationException.class);
    assertThat(temp.resolve("out/ranges/dense").toFile().list()).hasSizeBetween(2, IMAGES - 1);
    List<Long> images = new ArrayList<>();

    StudyResult result =
        run(
            "local[2]",
            2,
            new StudyListener() {
              @Override
              public void progress(StudyProgress each) {
                images.add(each.images());
              }
            },
            new Cancellation());

    assertThat(images.get(0)).isEqualTo(stopping.images);
    assertThat(withoutTimes(result)).isEqualTo(expected);
  }
}
