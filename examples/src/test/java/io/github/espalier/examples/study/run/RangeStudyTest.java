package io.github.espalier.examples.study.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranges of images that somebody else makes: here, in another order, twice, and not all. */
class RangeStudyTest {
  @TempDir Path temp;
  private Fixture fixture;
  private Path out;

  @BeforeEach
  void prepare() throws IOException {
    fixture = new Fixture(temp);
    out = temp.resolve("ranges");
  }

  /** Evaluates as many ranges as it may, the last one first, and hands over each one twice. */
  private final class Backwards implements RangeRunner {
    private final Sd2Checkpoint checkpoint;
    private final StudyPlan plan;
    private final List<ImageRange> evaluated = new ArrayList<>();
    private int most = Integer.MAX_VALUE;

    Backwards(Sd2Checkpoint checkpoint, StudyPlan plan) {
      this.checkpoint = checkpoint;
      this.plan = plan;
    }

    @Override
    public void run(RangeJob job, Results results) throws IOException {
      List<ImageRange> ranges = new ArrayList<>(job.ranges());
      Collections.reverse(ranges);
      try (RangeEvaluator evaluator =
          RangeEvaluator.open(
              checkpoint,
              job.checkpointHash(),
              plan,
              out,
              temp.resolve("scratch"),
              StudyOptions.withDefaults().withKeepImages(2),
              new Cancellation())) {
        for (ImageRange range : ranges) {
          if (most-- <= 0) {
            throw new IOException("no more ranges");
          }
          byte[] bytes = evaluator.evaluate(job.configuration(), range).toBytes();
          evaluated.add(range);
          results.add(RangeResult.of(Path.of("result"), bytes));
          results.add(RangeResult.of(Path.of("result"), bytes));
        }
      }
    }
  }

  private StudyResult run(Sd2Checkpoint checkpoint, RangeRunner runner, int partitions)
      throws IOException {
    return RangeStudy.run(
        checkpoint,
        fixture.plan(),
        out,
        StudyOptions.withDefaults().withKeepImages(2),
        partitions,
        runner,
        StudyListener.NONE,
        new Cancellation());
  }

  @Test
  void resultIsThatOfASingleMachine() throws IOException {
    StudyResult whole = fixture.run(temp.resolve("out"), StudyListener.NONE, new Cancellation());
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(fixture.checkpoint)) {
      Backwards runner = new Backwards(checkpoint, fixture.plan());
      runner.most = 1;
      assertThatThrownBy(() -> run(checkpoint, runner, 3)).hasMessage("no more ranges");
      runner.most = Integer.MAX_VALUE;

      StudyResult result = run(checkpoint, runner, 2);

      assertThat(Fixture.withoutTimes(result)).isEqualTo(Fixture.withoutTimes(whole));
      assertThat(runner.evaluated.stream().mapToInt(ImageRange::size).sum())
          .as("no image was made twice")
          .isEqualTo(3 * fixture.plan().configurations().size());
      assertThat(out.resolve("ranges").toFile().list()).isEmpty();
      assertThat(temp.resolve("scratch").toFile().list()).isEmpty();
      assertThat(out.resolve("images/dense").toFile().list())
          .containsExactlyInAnyOrder("00000.png", "00001.png", "manifest.jsonl");
      assertThat(Fixture.withoutTimes(run(checkpoint, (job, results) -> {}, 1)))
          .as("all is done")
          .isEqualTo(Fixture.withoutTimes(whole));
    }
  }

  /** The judges' batches of 16 images begin elsewhere then. */
  @Test
  void rangesAreNoWholeBatches() throws IOException {
    ObjectNode plan = (ObjectNode) new ObjectMapper().readTree(fixture.plan.toFile());
    plan.put("images", 40);
    plan.set(
        "experiments", plan.withArray("experiments").arrayNode().add(plan.at("/experiments/0")));
    Files.writeString(fixture.plan, plan.toString());
    StudyResult whole = fixture.run(temp.resolve("out"), StudyListener.NONE, new Cancellation());
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(fixture.checkpoint)) {
      Backwards runner = new Backwards(checkpoint, fixture.plan());
      StudyResult result = run(checkpoint, runner, 7);

      assertThat(runner.evaluated).extracting(ImageRange::size).contains(6, 4);
      assertThat(Fixture.withoutTimes(result)).isEqualTo(Fixture.withoutTimes(whole));
    }
  }

  @Test
  void missingRangesAreAnError() throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(fixture.checkpoint)) {
      assertThatThrownBy(() -> run(checkpoint, (job, results) -> {}, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("of the 3 images of dense only 0 were evaluated");
      assertThatThrownBy(() -> run(checkpoint, (job, results) -> {}, 0))
          .hasMessageContaining("partitions is 0");
    }
  }
}
