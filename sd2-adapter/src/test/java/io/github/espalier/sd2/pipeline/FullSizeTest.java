package io.github.espalier.sd2.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.OperatingSystemMXBean;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.checkpoint.CheckpointLayout;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.checkpoint.Sd2Synthesizer;
import io.github.espalier.sd2.scheduler.SchedulerKind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of Stable Diffusion 2's own size, with random weights: 2.6 GB on disk, 5 in memory. */
@Tag("slow")
class FullSizeTest {
  private static final long NEEDED = 12_000_000_000L;

  @Test
  void makesAnImage(@TempDir Path temp) throws IOException {
    assumeThat(ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class))
        .extracting(OperatingSystemMXBean::getTotalMemorySize)
        .as("memory")
        .matches(bytes -> bytes >= NEEDED, "is 12 GB or more");
    Path folder = temp.resolve("sd2");
    new Sd2Synthesizer(ModelConfig.sd2(), DType.F16, 1)
        .write(folder, CheckpointLayout.DIFFUSERS, false, bytes -> {});
    List<GeneratedImage> images = new ArrayList<>();
    try (TextToImage pipeline = load(folder)) {
      pipeline.generate(
          List.of(ImageRequest.of("a photo of a cat", 1)),
          GenerationSettings.withDefaults()
              .withSteps(2)
              .withSize(256, 256)
              .withScheduler(pipeline.scheduler().withKind(SchedulerKind.PNDM)),
          images::add);
    }
    assertThat(images).hasSize(1);
    GeneratedImage made = images.get(0);
    // PNDM takes its second step twice.
    assertThat(made.calls()).isEqualTo(3);
    assertThat(made.prompt().ids()).hasSize(77).startsWith(49406, 320, 1125, 539, 320, 2368, 49407);
    byte[] pixels = made.image().pixels();
    assertThat(pixels).hasSize(3 * 256 * 256);
    // Random weights draw noise: an image of few values would be of a layer that does nothing.
    boolean[] found = new boolean[256];
    for (byte value : pixels) {
      found[value & 0xff] = true;
    }
    long values = IntStream.range(0, 256).filter(i -> found[i]).count();
    assertThat(values).isGreaterThan(20);
  }

  private static TextToImage load(Path folder) throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(folder)) {
      return TextToImage.load(checkpoint);
    }
  }
}
