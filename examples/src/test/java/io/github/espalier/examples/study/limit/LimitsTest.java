package io.github.espalier.examples.study.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.RandomClip;
import io.github.espalier.examples.demo.DemoCheckpoint;
import io.github.espalier.examples.study.plan.CalibrationPlan;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.Recipe;
import io.github.espalier.examples.study.plan.Sampling;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.StudyOptions;
import io.github.espalier.examples.study.run.StudyProgress;
import io.github.espalier.examples.study.search.SparsityRange;
import io.github.espalier.examples.study.search.ThresholdFound;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The random checkpoint and judge, whose scores mean nothing, but are the same in every run. */
class LimitsTest {
  private static final Sparsity STEP = Sparsity.of(0.1);
  private static final int STOPS = 40;

  @TempDir Path temp;
  StudyPlan plan;

  /** Says which configurations work was done for, and stops at the n-th thing that it hears of. */
  private static final class Listening implements LimitListener {
    final Cancellation cancellation = new Cancellation();
    final List<String> worked = new ArrayList<>();
    final List<Measured> measured = new ArrayList<>();
    int mostEvaluations;
    private int eventsLeft;

    Listening(int stopAfter) {
      eventsLeft = stopAfter;
    }

    private void event() {
      eventsLeft--;
      if (eventsLeft == 0) {
        cancellation.cancel();
      }
    }

    @Override
    public void doing(Configuration configuration, String what) {
      if (!worked.contains(configuration.label())) {
        worked.add(configuration.label());
      }
      event();
    }

    @Override
    public void progress(StudyProgress progress) {
      event();
    }

    @Override
    public void begun(ConfigurationResult dense, int most) {
      mostEvaluations = most;
    }

    @Override
    public void evaluated(Measured each) {
      measured.add(each);
    }
  }

  @BeforeEach
  void prepare() throws IOException {
    DemoCheckpoint.unpack(temp.resolve("sd2"), true);
    RandomClip.write(temp.resolve("judge"), 1);
    Files.writeString(temp.resolve("captions.txt"), "a red circle\na blue square\n");
    plan =
        Limits.plan()
            .withImages(3)
            .withCaptions(temp.resolve("captions.txt"))
            .withSampling(Sampling.withDefaults().withSteps(1).withSize(16, 16))
            .withCalibration(
                new CalibrationPlan(Optional.of(temp.resolve("captions.txt")), 2, 1, false));
    plan = plan.withScores(plan.scores().withJudge(temp.resolve("judge")));
  }

  private ThresholdQuestion question(StudyPart part, Recipe recipe, String drop) {
    return new ThresholdQuestion(
        plan,
        part,
        recipe,
        new LimitCriteria(Allowance.parse(drop), Optional.empty(), false),
        SparsityRange.upTo(Sparsity.of(0.9)),
        STEP);
  }

  private ThresholdResult run(ThresholdQuestion question, String out, Listening listener)
      throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(temp.resolve("sd2"))) {
      return Limits.threshold(
          checkpoint,
          question,
          temp.resolve(out),
          StudyOptions.withDefaults(),
          listener,
          listener.cancellation);
    }
  }

  private static String withoutTimes(String json) {
    return json.substring(0, json.indexOf("\"times\""));
  }

  /**
   * A tolerance in the middle of what the sparsities do to the scores, so that some have fallen.
   */
  private String middlingDrop(StudyPart part, Recipe recipe) throws IOException {
    ThresholdResult end = run(question(part, recipe, "9"), "out", new Listening(0));
    double fall = end.evaluations().get(0).fall().orElseThrow().value();
    assertThat(fall).as("the seed of the judge makes the last sparsity the worse one").isPositive();
    return String.format(Locale.ROOT, "%.12f", fall / 2);
  }

  @Test
  void stoppedAtAnyMomentItGoesOnToTheSameResult() throws IOException {
    Recipe recipe = Recipe.of("magnitude");
    ThresholdQuestion question =
        question(StudyPart.UNET, recipe, middlingDrop(StudyPart.UNET, recipe));
    Listening undisturbed = new Listening(0);
    ThresholdResult whole = run(question, "whole", undisturbed);
    assertThat(whole.outcome()).isInstanceOf(ThresholdFound.class);
    assertThat(whole.evaluations()).isEqualTo(undisturbed.measured);
    assertThat(whole.evaluations()).hasSizeBetween(2, undisturbed.mostEvaluations);
    assertThat(undisturbed.mostEvaluations).isEqualTo(5);

    int stopped = 0;
    for (int i = 1; i <= STOPS; i++) {
      Listening listener = new Listening(i % 4 + 1);
      try {
        run(question, "stopped", listener);
        break;
      } catch (CancellationException e) {
        stopped++;
      }
    }
    assertThat(stopped).isGreaterThan(4);
    String expected = withoutTimes(whole.toJson());
    assertThat(withoutTimes(run(question, "stopped", new Listening(0)).toJson()))
        .isEqualTo(expected);
    Path written = temp.resolve("stopped").resolve(question.fileName());
    assertThat(withoutTimes(Files.readString(written))).isEqualTo(expected);

    Path journal = temp.resolve("stopped/journal.jsonl");
    byte[] bytes = Files.readAllBytes(journal);
    for (int cut : new int[] {bytes.length / 2, bytes.length - 1, bytes.length}) {
      Files.write(journal, Arrays.copyOf(bytes, cut));
      Listening again = new Listening(0);
      assertThat(withoutTimes(run(question, "stopped", again).toJson())).isEqualTo(expected);
      assertThat(again.worked.size()).isLessThan(undisturbed.worked.size());
      assertThat(again.worked.isEmpty()).isEqualTo(cut == bytes.length);
    }
  }

  @Test
  void searchesShareAFolderAndWhatWasEvaluated() throws IOException {
    Recipe recipe = Recipe.of("magnitude");
    run(question(StudyPart.TEXT, recipe, "9"), "out", new Listening(0));

    Listening unet = new Listening(0);
    run(question(StudyPart.UNET, recipe, "9"), "out", unet);
    assertThat(unet.worked).containsExactly("U-Net 90% by magnitude");

    Listening both = new Listening(0);
    SplitQuestion question =
        new SplitQuestion(
            plan,
            recipe,
            recipe,
            new LimitCriteria(Allowance.parse("9"), Optional.empty(), true),
            SparsityRange.parse("50%..90%"),
            SparsityRange.parse("50%..90%"),
            Sparsity.of(0.4));
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(temp.resolve("sd2"))) {
      SplitResult result =
          Limits.split(
              checkpoint,
              question,
              temp.resolve("out"),
              StudyOptions.withDefaults(),
              both,
              both.cancellation);
      // Nothing falls by 9, so that the first that is asked for settle all that remove less.
      Measured best = result.best().orElseThrow();
      assertThat(best.result().label())
          .isEqualTo("text encoder 90% by magnitude, U-Net 90% by magnitude");
      assertThat(best.result().sparsity().parameters()).isEqualTo(result.weights().model());
      assertThat(best.result().sparsity().selected())
          .isEqualTo(result.weights().textEncoder() + result.weights().unet());
      assertThat(result.frontier()).containsExactly(best);
    }
    assertThat(both.worked).doesNotContain("dense");
  }

  /** One file of statistics serves all sparsities; sequential ones are of one configuration. */
  @Test
  void calibrationsAreShared() throws IOException {
    Recipe wanda =
        new Recipe(
            "wanda",
            Map.of(),
            Optional.empty(),
            "owl",
            Map.of("m", "3"),
            "paper",
            false,
            OptionalInt.empty());
    Listening listener = new Listening(0);
    ThresholdResult result = run(question(StudyPart.TEXT, wanda, "0.0000001"), "out", listener);
    assertThat(result.evaluations().size() + 1).isEqualTo(listener.worked.size());
    assertThat(result.evaluations()).allMatch(each -> each.fall().isPresent());
    assertThat(statistics()).hasSize(1);

    Recipe obsDiff = Recipe.of("obs-diff").withSelection("linear-no-time");
    run(question(StudyPart.UNET, obsDiff, "9"), "out", new Listening(0));
    assertThat(statistics()).hasSize(2);
  }

  private List<Path> statistics() throws IOException {
    try (Stream<Path> files = Files.list(temp.resolve("out/calibration"))) {
      return files.filter(each -> each.toString().endsWith(".safetensors")).toList();
    }
  }

  @Test
  void questionsWithoutAnAnswerAreRefused() {
    Recipe groups =
        new Recipe(
            "magnitude",
            Map.of(),
            Optional.of("2:4"),
            "uniform",
            Map.of(),
            "paper",
            false,
            OptionalInt.empty());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> question(StudyPart.TEXT, groups, "5%"))
        .withMessageContaining("2:4 fixes the sparsity");
    Recipe sequential =
        new Recipe(
            "wanda",
            Map.of(),
            Optional.empty(),
            "uniform",
            Map.of(),
            "paper",
            true,
            OptionalInt.empty());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> question(StudyPart.UNET, sequential, "5%"))
        .withMessageContaining("no order of blocks");
    Recipe packages =
        new Recipe(
            "wanda",
            Map.of(),
            Optional.empty(),
            "uniform",
            Map.of(),
            "paper",
            false,
            OptionalInt.of(2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> question(StudyPart.TEXT, packages, "5%"))
        .withMessageContaining("packages are for the U-Net");
    LimitCriteria distance =
        new LimitCriteria(Allowance.parse("5%"), Optional.of(Allowance.parse("20%")), false);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ThresholdQuestion(
                    plan,
                    StudyPart.TEXT,
                    Recipe.of("magnitude"),
                    distance,
                    SparsityRange.upTo(Sparsity.ONE),
                    STEP))
        .withMessageContaining("has no distance");
    plan = plan.withScores(plan.scores().withClipScore(false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> question(StudyPart.TEXT, Recipe.of("magnitude"), "5%"))
        .withMessageContaining("no CLIPScore");
  }
}
