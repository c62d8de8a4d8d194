package io.github.espalier.examples.study.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.prune.Pruner;
import io.github.espalier.core.prune.PruningPlan;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.generate.GeneratedImages;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.Experiment;
import io.github.espalier.examples.study.plan.Point;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.methods.magnitude.Magnitude;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.image.PngFile;
import io.github.espalier.sd2.json.JsonFile;
import io.github.espalier.sd2.pipeline.GenerationSettings;
import io.github.espalier.sd2.pipeline.ImageRequest;
import io.github.espalier.sd2.pipeline.TextToImage;
import io.github.espalier.sd2.scheduler.SchedulerConfig;
import io.github.espalier.sd2.scheduler.SchedulerKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyTest {
  private static final int STOPS = 24;

  @TempDir static Path shared;
  static Path out;
  static StudyResult whole;
  static final List<StudyProgress> progress = new ArrayList<>();

  @TempDir Path temp;
  Fixture fixture;

  @BeforeAll
  static void runToTheEnd() throws IOException {
    out = shared.resolve("out");
    whole =
        new Fixture(shared)
            .run(
                out,
                new StudyListener() {
                  @Override
                  public void progress(StudyProgress each) {
                    progress.add(each);
                  }
                },
                new Cancellation());
  }

  @BeforeEach
  void prepare() throws IOException {
    fixture = new Fixture(temp);
  }

  private StudyResult run(Path folder) throws IOException {
    return fixture.run(folder, StudyListener.NONE, new Cancellation());
  }

  @Test
  void everyConfigurationHasScoresAndSparsities() throws IOException {
    StudyResult result = whole;
    List<Configuration> all = fixture.plan().configurations();
    assertThat(result.configurations())
        .extracting(ConfigurationResult::id)
        .containsExactlyElementsOf(all.stream().map(Configuration::id).toList());
    assertThat(result.times().keySet())
        .containsExactlyElementsOf(all.stream().map(Configuration::id).toList());
    assertThat(result.configurations())
        .allSatisfy(
            each -> {
              assertThat(each.images()).isEqualTo(3);
              ClipResult clip = Objects.requireNonNull(each.clip());
              assertThat(clip.mean()).isBetween(clip.low(), clip.high());
              assertThat(clip.mean()).isBetween(clip.least(), clip.greatest());
              DistanceResult distance = Objects.requireNonNull(each.distance());
              assertThat(distance.fid()).isFalse();
              assertThat(distance.label()).startsWith("Fréchet distance");
            });
    ConfigurationResult dense = result.configurations().get(0);
    assertThat(dense.layers()).isEmpty();
    assertThat(dense.sparsity().ofModel()).isZero();
    assertThat(progress.get(progress.size() - 1))
        .isEqualTo(
            new StudyProgress(
                all.size(),
                all.size(),
                3L * all.size(),
                3L * all.size(),
                6L * all.size(),
                6L * all.size(),
                progress.get(progress.size() - 1).secondsLeft()));
    assertThat(StudyResult.read(out.resolve(StudyResult.NAME)).toJson()).isEqualTo(result.toJson());
  }

  @Test
  void sparsitiesAreWhatTheExperimentsAskFor() throws IOException {
    StudyResult result = whole;

    for (Experiment experiment : result.plan().experiments()) {
      for (Point point : experiment.points()) {
        if (point.configuration().isEmpty()) {
          assertThat(result.at(point)).isEmpty();
          continue;
        }
        Sparsities found = result.at(point).orElseThrow().sparsity();
        // Half a weight of each layer or row, of which the smallest have 32 weights.
        assertThat(found.textOfSelected())
            .isCloseTo(point.text().orElseThrow().fraction(), within(0.02));
        assertThat(found.unetOfSelected())
            .isCloseTo(point.unet().orElseThrow().fraction(), within(0.02));
        assertThat(found.ofModel()).isLessThanOrEqualTo(found.ofSelected());
      }
    }
    ConfigurationResult unet =
        result.at(result.plan().experiments().get(2).points().get(0)).orElseThrow();
    assertThat(unet.layers())
        .isNotEmpty()
        .allSatisfy(layer -> assertThat(layer.outputError()).isBetween(0.0, 1.0));
    ConfigurationResult text =
        result.at(result.plan().experiments().get(0).points().get(0)).orElseThrow();
    assertThat(text.layers())
        .isNotEmpty()
        .allSatisfy(layer -> assertThat(layer.outputError()).isNull());
  }

  /** Pruning in memory is pruning to a folder. */
  @Test
  void imagesAreThoseOfThePrunedCheckpoint() throws IOException {
    StudyResult result = whole;
    Point point = result.plan().experiments().get(0).points().get(1);
    Path pruned = temp.resolve("pruned");
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(fixture.checkpoint)) {
      Pruner.create()
          .prune(
              checkpoint,
              PruningPlan.builder()
                  .prune(Sd2Checkpoint.TEXT_ENCODER, Magnitude.withDefaults(), Sparsity.of(0.6))
                  .build(),
              pruned);
    }

    Path folder = out.resolve("images").resolve(point.configuration().orElseThrow().id());
    List<GeneratedImages.Entry> entries = GeneratedImages.entries(folder);
    assertThat(entries).extracting(GeneratedImages.Entry::seed).containsExactly(5L, 6L, 7L);
    assertThat(entries)
        .extracting(GeneratedImages.Entry::prompt)
        .containsExactly("a red circle", "a blue square", "a red circle");
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(pruned);
        TextToImage pipeline = TextToImage.load(checkpoint)) {
      pipeline.generate(
          List.of(ImageRequest.of("a blue square", 6)),
          GenerationSettings.withDefaults()
              .withSteps(2)
              .withGuidanceScale(3)
              .withSize(16, 16)
              .withScheduler(
                  SchedulerConfig.read(
                      pruned.resolve("scheduler/scheduler_config.json"), SchedulerKind.DDIM)),
          image -> assertThat(image.image()).isEqualTo(PngFile.read(folder.resolve("00001.png"))));
    }
    assertThat(folder.resolve("00002.png")).doesNotExist();
  }

  /** Stops at the n-th thing that the listener hears of. */
  private static final class Stopping implements StudyListener {
    private final Cancellation cancellation = new Cancellation();
    private int left;

    Stopping(int events) {
      left = events;
    }

    private void event() {
      left--;
      if (left <= 0) {
        cancellation.cancel();
      }
    }

    @Override
    public void doing(Configuration configuration, String what) {
      event();
    }

    @Override
    public void progress(StudyProgress progress) {
      event();
    }
  }

  @Test
  void stoppedAtAnyMomentItGoesOnToTheSameResult() throws IOException {
    Path stoppedOut = temp.resolve("stopped");

    int stopped = 0;
    for (int i = 1; i <= STOPS; i++) {
      Stopping stopping = new Stopping(i % 5 + 1);
      try {
        fixture.run(stoppedOut, stopping, stopping.cancellation);
        break;
      } catch (CancellationException e) {
        stopped++;
      }
    }

    assertThat(stopped).isGreaterThan(10);
    assertThat(Fixture.withoutTimes(run(stoppedOut))).isEqualTo(Fixture.withoutTimes(whole));
  }

  @Test
  void journalCutAnywhereGoesOnToTheSameResult() throws IOException {
    Path cutOut = temp.resolve("out");
    assertThat(Fixture.withoutTimes(run(cutOut))).isEqualTo(Fixture.withoutTimes(whole));
    Path journal = cutOut.resolve(StudyJournal.NAME);
    byte[] bytes = Files.readAllBytes(journal);

    for (int cut : new int[] {10, bytes.length / 2, bytes.length - 1}) {
      Files.write(journal, Arrays.copyOf(bytes, cut));

      assertThat(Fixture.withoutTimes(run(cutOut))).isEqualTo(Fixture.withoutTimes(whole));
    }
  }

  @Test
  void evaluatorAlsoEvaluatesWhatIsNotInThePlan() throws IOException {
    StudyPlan plan = fixture.plan();
    Configuration own = plan.configurations().get(2);
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(fixture.checkpoint);
        StudyEvaluator evaluator =
            StudyEvaluator.open(
                checkpoint,
                plan.withExperiments(List.of()),
                temp.resolve("out"),
                StudyOptions.withDefaults(),
                StudyListener.NONE,
                new Cancellation())) {
      ConfigurationResult result = evaluator.evaluate(own);

      assertThat(result.id()).isEqualTo(own.id());
      assertThat(evaluator.evaluate(own)).isEqualTo(result);
    }
  }

  /** A model that is broken beyond images is a finding, and the study goes on. */
  @Test
  void failureOfAConfigurationIsAResult() throws IOException {
    StudyPlan plan =
        StudyPlan.of(
            new JsonFile(
                fixture.plan,
                new ObjectMapper()
                    .readTree(
                        """
                        {"name": "failing", "captions": "captions.txt", "images": 2,
                         "sampling": {"width": 16, "height": 16, "steps": 1},
                         "scores": {"clipScore": false, "distance": "none"},
                         "experiments": [
                          {"id": "wanda", "text": {"method": "wanda"}, "sparsities": [0.5]},
                          {"id": "text", "text": {"method": "magnitude"}, "sparsities": [0.5]}]}
                        """)));
    Path weights = fixture.checkpoint.resolve("text_encoder/model.safetensors");
    spoil(weights);

    StudyResult result =
        fixture.run(plan, temp.resolve("out"), StudyListener.NONE, new Cancellation());

    assertThat(result.configurations())
        .hasSize(3)
        .allSatisfy(
            each -> {
              assertThat(each.failure()).isNotEmpty();
              assertThat(each.images()).isZero();
              assertThat(each.clip()).isNull();
            });
    assertThat(StudyResult.read(temp.resolve("out").resolve(StudyResult.NAME)).configurations())
        .isEqualTo(result.configurations());
  }

  /** Makes all weights, which are F16, no numbers. */
  private static void spoil(Path weights) throws IOException {
    byte[] bytes = Files.readAllBytes(weights);
    int header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
    for (int i = Long.BYTES + header; i < bytes.length; i += 2) {
      bytes[i] = 0;
      bytes[i + 1] = 0x7e;
    }
    Files.write(weights, bytes);
  }

  @Test
  void folderOfAnotherStudyIsRefusedWithWhatDiffers() throws IOException {
    Path other = temp.resolve("out");
    StudyPlan plan = fixture.plan().withExperiments(List.of());
    fixture.run(plan, other, StudyListener.NONE, new Cancellation());

    assertThatThrownBy(
            () -> fixture.run(plan.withImages(4), other, StudyListener.NONE, new Cancellation()))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("plan.images: 3, now 4");
    assertThatThrownBy(
            () ->
                fixture.run(
                    plan.withSampling(plan.sampling().withSteps(3)),
                    other,
                    StudyListener.NONE,
                    new Cancellation()))
        .hasMessageContaining("plan.sampling.steps: 2, now 3");
    Files.writeString(temp.resolve("captions.txt"), "a red circle\na green square\n");
    assertThatThrownBy(() -> fixture.run(plan, other, StudyListener.NONE, new Cancellation()))
        .hasMessageContaining("images.captionsSha256: ");
    Files.writeString(temp.resolve("captions.txt"), "a red circle\na blue square\n");
    Path config = fixture.checkpoint.resolve("unet/config.json");
    Files.writeString(config, Files.readString(config) + "\n");
    assertThatThrownBy(() -> fixture.run(plan, other, StudyListener.NONE, new Cancellation()))
        .hasMessageContaining("checkpoint.sha256: ");
  }

  @Test
  void scoresWithoutTheirModelsAreRefused() throws IOException {
    StudyPlan plan = StudyPlan.builtIn("demo");

    assertThatThrownBy(
            () -> fixture.run(plan, temp.resolve("out"), StudyListener.NONE, new Cancellation()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("need a judge: give --judge, or scores.judge in the plan");
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void estimateCountsTheWork() throws IOException {
    StudyPlan plan = fixture.plan();
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(fixture.checkpoint)) {
      StudyEstimate estimate =
          StudyEstimate.of(checkpoint, plan, StudyOptions.withDefaults(), new Cancellation());

      int configurations = plan.configurations().size();
      assertThat(estimate.configurations()).isEqualTo(configurations);
      assertThat(estimate.images()).isEqualTo(3L * configurations);
      assertThat(estimate.unetCalls()).isEqualTo(6L * configurations);
      assertThat(estimate.calibrationCalls()).isEqualTo(2);
      assertThat(estimate.sequentialCalibrations()).isEqualTo(1);
      assertThat(estimate.hours())
          .isGreaterThanOrEqualTo(estimate.unetCalls() * estimate.secondsPerCall() / 3600);
    }
  }
}
