package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.architecture.TextActivation;
import io.github.espalier.sd2.architecture.TextEncoderConfig;
import io.github.espalier.sd2.architecture.UnetBlockType;
import io.github.espalier.sd2.architecture.UnetConfig;
import io.github.espalier.sd2.architecture.VaeConfig;
import io.github.espalier.sd2.checkpoint.CheckpointLayout;
import io.github.espalier.sd2.checkpoint.Sd2Synthesizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Killed at any moment, the program leaves its target absent or whole, and the next run works. */
class KillTest {
  private static final int KILLS = 20;
  private static final long SEED = 20261125;

  @TempDir Path temp;
  Path source;
  Path outputs;
  Path target;
  Path log;

  @BeforeEach
  void synthesize() throws IOException {
    source = temp.resolve("source");
    outputs = Files.createDirectory(temp.resolve("outputs"));
    target = outputs.resolve("pruned");
    log = temp.resolve("log");
    new Sd2Synthesizer(mediumSize(), DType.F16, 1)
        .write(source, CheckpointLayout.DIFFUSERS, false, bytes -> {});
  }

  /** Large enough that most of the time goes into pruning and not into starting Java. */
  private static ModelConfig mediumSize() {
    int width = 512;
    UnetConfig unet =
        UnetConfig.sd2().toBuilder()
            .blocks(
                List.of(192, 384),
                List.of(UnetBlockType.CROSS_ATTENTION, UnetBlockType.PLAIN),
                List.of(UnetBlockType.PLAIN, UnetBlockType.CROSS_ATTENTION),
                List.of(3, 6))
            .crossAttentionDim(width)
            .build();
    VaeConfig vae =
        new VaeConfig(
            OptionalInt.empty(), 3, 3, 4, List.of(64, 128), 1, 32, VaeConfig.SCALING_FACTOR);
    TextEncoderConfig text =
        new TextEncoderConfig(4096, width, 4 * width, 12, 8, 77, TextActivation.GELU, width, 1e-5);
    return new ModelConfig(unet, vae, text);
  }

  private Process start(String unet) throws IOException {
    return JavaProcess.start(
        log,
        List.of(),
        "prune",
        source.toString(),
        "--out",
        target.toString(),
        "--overwrite",
        "--unet",
        unet,
        "--text",
        "47.5%");
  }

  private void runToTheEnd(String unet) throws IOException, InterruptedException {
    Process process = start(unet);
    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
  }

  @Test
  void targetIsAbsentOrWholeAfterEveryKill() throws IOException, InterruptedException {
    Random random = new Random(SEED);
    runToTheEnd("20%");
    Map<String, Long> old = Fingerprint.of(target);
    long start = System.nanoTime();
    runToTheEnd("35%");
    long duration = System.nanoTime() - start;
    Map<String, Long> whole = Fingerprint.of(target);

    int killed = 0;
    for (int i = 0; i < KILLS; i++) {
      if (i == KILLS / 2) {
        runToTheEnd("20%"); // From here on, something exists that may be replaced.
      } else if (i < KILLS / 2) {
        Fingerprint.delete(target);
      }
      Process process = start("35%");
      if (!process.waitFor((long) (random.nextDouble() * duration), TimeUnit.NANOSECONDS)) {
        process.destroyForcibly().waitFor();
        killed++;
      }
      if (Files.exists(target)) {
        assertThat(Fingerprint.of(target)).as("kill %d", i).isIn(old, whole);
      }
    }

    assertThat(killed).isGreaterThan(KILLS / 2);
    runToTheEnd("35%");
    assertThat(Fingerprint.of(target)).isEqualTo(whole);
    assertThat(Checkpoints.names(outputs)).containsExactly("pruned");
  }
}
