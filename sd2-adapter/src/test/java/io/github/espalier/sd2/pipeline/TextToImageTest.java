package io.github.espalier.sd2.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.image.RgbImage;
import io.github.espalier.sd2.scheduler.SchedulerKind;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What images do not depend on, and what ends a run. */
class TextToImageTest {
  private static final List<ImageRequest> REQUESTS =
      List.of(
          ImageRequest.of("a photo of a cat", 1),
          ImageRequest.of("a dog", 2).withNegativePrompt("a cat"),
          ImageRequest.of("", 3));

  private static TextToImage pipeline;

  @BeforeAll
  static void load() throws IOException {
    try (Sd2Checkpoint checkpoint =
        Sd2Checkpoint.open(GoldenRuns.resource("checkpoint/small-e2e"))) {
      pipeline = TextToImage.load(checkpoint);
    }
  }

  @AfterAll
  static void close() {
    pipeline.close();
  }

  /** With noise in each step, so that a generator shared by images would show. */
  private static GenerationSettings settings() {
    return GenerationSettings.withDefaults().withSteps(4).withEta(0.5).withSize(64, 48);
  }

  private static Map<Integer, RgbImage> images(int batch, int threads) throws IOException {
    Map<Integer, RgbImage> images = new TreeMap<>();
    pipeline
        .withThreads(threads)
        .generate(
            REQUESTS,
            settings(),
            batch,
            image -> images.put(image.index(), image.image()),
            new Cancellation());
    return images;
  }

  @Test
  void batchAndThreadsDoNotChangeABit() throws IOException {
    Map<Integer, RgbImage> expected = images(1, 1);
    assertThat(expected.values()).hasSize(3).doesNotHaveDuplicates();
    for (int batch = 1; batch <= 3; batch++) {
      for (int threads = 1; threads <= 3; threads++) {
        assertThat(images(batch, threads)).as("%s, %s", batch, threads).isEqualTo(expected);
      }
    }
  }

  @Test
  void rememberedTextStatesDoNotChangeABit() throws IOException {
    Map<Integer, RgbImage> expected = images(1, 1);
    for (long most : new long[] {0, 1 << 20}) {
      TextStateCache cache = new TextStateCache(most);
      for (int run = 0; run < 2; run++) {
        Map<Integer, RgbImage> images = new TreeMap<>();
        pipeline
            .withTextStates(cache)
            .generate(REQUESTS, settings(), image -> images.put(image.index(), image.image()));
        assertThat(images).isEqualTo(expected);
      }
      assertThat(cache.size()).isEqualTo(most == 0 ? 0 : 3);
    }
  }

  @Test
  void neighboursDoNotMatter() throws IOException {
    Map<Integer, RgbImage> all = images(1, 2);
    for (int i = 0; i < REQUESTS.size(); i++) {
      List<RgbImage> alone = new ArrayList<>();
      pipeline.generate(List.of(REQUESTS.get(i)), settings(), image -> alone.add(image.image()));
      assertThat(alone).containsExactly(all.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void cancelledAtAnyStepGivesNoImageMore(int batch) throws IOException {
    int steps = settings().steps();
    for (int at = 1; at <= steps * REQUESTS.size(); at++) {
      int last = at;
      Cancellation cancellation = new Cancellation();
      List<Integer> images = new ArrayList<>();
      List<Integer> calls = new ArrayList<>();
      GenerationListener listener =
          new GenerationListener() {
            @Override
            public void step(int index, int call, int of) {
              calls.add(call);
              if (calls.size() == last) {
                cancellation.cancel();
              }
            }

            @Override
            public void image(GeneratedImage image) {
              assertThat(cancellation.isCancelled()).isFalse();
              images.add(image.index());
            }
          };
      assertThatThrownBy(
              () -> pipeline.generate(REQUESTS, settings(), batch, listener, cancellation))
          .isInstanceOf(CancellationException.class);
      // One image at a time: those whose steps were all done before. Of two, the other may be late.
      assertThat(images).hasSizeLessThanOrEqualTo((at - 1) / steps);
      if (batch == 1) {
        assertThat(images).hasSize((at - 1) / steps);
        assertThat(calls).hasSize(at);
      }
    }
    assertThat(images(batch, 2)).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void anInterruptStopsTheRun(int batch) {
    Thread caller = Thread.currentThread();
    List<Integer> images = new ArrayList<>();
    GenerationListener listener =
        new GenerationListener() {
          @Override
          public void step(int index, int call, int of) {
            caller.interrupt();
          }

          @Override
          public void image(GeneratedImage image) {
            images.add(image.index());
          }
        };
    assertThatThrownBy(
            () -> pipeline.generate(REQUESTS, settings(), batch, listener, new Cancellation()))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(images).hasSizeLessThan(REQUESTS.size());
  }

  @Test
  void fiftyStepsOfPndmAre51Calls() throws IOException {
    List<Integer> calls = new ArrayList<>();
    List<GeneratedImage> images = new ArrayList<>();
    pipeline.generate(
        List.of(ImageRequest.of("a cat", 1)),
        GenerationSettings.withDefaults()
            .withSize(32, 32)
            .withScheduler(pipeline.scheduler().withKind(SchedulerKind.PNDM)),
        new GenerationListener() {
          @Override
          public void step(int index, int call, int of) {
            assertThat(of).isEqualTo(51);
            calls.add(call);
          }

          @Override
          public void image(GeneratedImage image) {
            images.add(image);
          }
        });
    assertThat(calls).hasSize(51).startsWith(1).endsWith(51);
    assertThat(images).singleElement().extracting(GeneratedImage::calls).isEqualTo(51);
  }

  @Test
  void failureOfTheListenerEndsTheRun() {
    List<Integer> images = new ArrayList<>();
    assertThatThrownBy(
            () ->
                pipeline.generate(
                    REQUESTS,
                    settings(),
                    image -> {
                      images.add(image.index());
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("disk full");
    assertThat(images).containsExactly(0);
  }

  /** As Kotlin's code may. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void throwUndeclared(Throwable failure) throws T {
    throw (T) failure;
  }

  @Test
  void undeclaredFailureOfTheListenerEndsTheRun() {
    Exception failure = new Exception("undeclared");
    for (int batch = 1; batch <= 2; batch++) {
      int count = batch;
      assertThatThrownBy(
              () ->
                  pipeline.generate(
                      REQUESTS,
                      settings(),
                      count,
                      image -> TextToImageTest.<RuntimeException>throwUndeclared(failure),
                      new Cancellation()))
          .satisfiesAnyOf(
              thrown -> assertThat(thrown).isSameAs(failure),
              thrown -> assertThat(thrown).hasCause(failure));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    GenerationListener none = image -> {};
    assertThatThrownBy(() -> pipeline.generate(REQUESTS, settings().withSize(64, 60), none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("width is 60");
    assertThatThrownBy(() -> pipeline.generate(REQUESTS, settings().withSteps(1001), none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1001");
    assertThatThrownBy(
            () ->
                pipeline.generate(
                    REQUESTS,
                    settings().withScheduler(pipeline.scheduler().withKind(SchedulerKind.EULER)),
                    none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("adds no noise");
    assertThatThrownBy(() -> pipeline.generate(REQUESTS, settings(), 0, none, new Cancellation()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batch is 0");
    assertThatThrownBy(() -> settings().withSteps(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("steps is 0");
  }

  @Test
  void refusesATokenizerThatDoesNotFit() {
    assertThatThrownBy(() -> pipeline.withTokenizer(ClipTokenizer.openAi()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("49408 tokens", "does not fit", "574 tokens");
    assertThatThrownBy(() -> pipeline.withTokenizer(pipeline.tokenizer().withMaxLength(78)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("length 78", "length 77");
  }
}
