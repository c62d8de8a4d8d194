package io.github.espalier.sd2.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.image.RgbImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener cannot pull the networks from under the run that calls it. */
class ListenerTest {
  private static final GenerationSettings SETTINGS =
      GenerationSettings.withDefaults().withSteps(1).withSize(32, 32);

  private static TextToImage load() throws IOException {
    try (Sd2Checkpoint checkpoint =
        Sd2Checkpoint.open(GoldenRuns.resource("checkpoint/small-e2e"))) {
      return TextToImage.load(checkpoint);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void cannotCloseOrUseThePipeline(int batch) throws IOException {
    ImageRequest request = ImageRequest.of("a cat", 1);
    List<RgbImage> images = new ArrayList<>();
    try (TextToImage pipeline = load()) {
      pipeline.generate(
          List.of(request, request, request),
          SETTINGS,
          batch,
          image -> {
            images.add(image.image());
            assertThatThrownBy(pipeline::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("listener");
            assertThatThrownBy(() -> pipeline.generate(List.of(request), SETTINGS, another -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("listener");
          },
          new Cancellation());
      assertThat(images).hasSize(3).containsOnly(images.get(0));
    }
  }

  @Test
  void aClosedPipelineMakesNothing() throws IOException {
    TextToImage pipeline = load();
    pipeline.close();
    assertThatThrownBy(
            () -> pipeline.generate(List.of(ImageRequest.of("a cat", 1)), SETTINGS, image -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
