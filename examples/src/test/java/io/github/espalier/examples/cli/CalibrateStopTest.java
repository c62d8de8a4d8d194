package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A calibration stopped by Ctrl-C leaves no file, and the same command goes on to its bytes. */
class CalibrateStopTest {
  @TempDir Path temp;

  private static Run run(Cancellation cancellation, Path out) {
    return Cli.run(
        cancellation,
        "calibrate",
        Checkpoints.f32(),
        "--component=unet",
        "--limit=8",
        "--steps=4",
        "--packages=4",
        "--sparsity=50%",
        "--out",
        out);
  }

  @Test
  void cancelledBeforeTheFirstCaptionLeavesNothing() {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();

    Run run = run(cancellation, temp.resolve("statistics"));

    assertThat(run.status()).isEqualTo(ExitStatus.CANCELLED);
    assertThat(run.errLines())
        .containsExactly("espalier: cancelled; the same command goes on with what was saved");
    assertThat(run.out()).isEmpty();
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void cancelledInBetweenGoesOnToTheSameBytes() throws IOException, InterruptedException {
    Path out = temp.resolve("statistics");
    Path firstStage = temp.resolve("statistics.partial/stage-0000.safetensors");
    Cancellation cancellation = new Cancellation();
    Thread stopper =
        new Thread(
            () -> {
              while (!Files.exists(firstStage)) {
                Thread.onSpinWait();
              }
              cancellation.cancel();
            });
    stopper.setDaemon(true);
    stopper.start();

    Run stopped = run(cancellation, out);
    stopper.join(60_000);

    assertThat(stopped.status()).as(stopped.err()).isEqualTo(ExitStatus.CANCELLED);
    assertThat(stopped.err()).contains("pass 1 of 4, 8 of 8 captions", "cancelled; the same");
    assertThat(Checkpoints.names(temp)).containsExactly("statistics.partial");

    Run resumed = run(new Cancellation(), out);
    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(resumed.err()).doesNotContain("pass 1 of 4").contains("pass 4 of 4, 8 of 8");
    Path whole = temp.resolve("whole");
    assertThat(run(new Cancellation(), whole).status()).isZero();
    assertThat(out).hasSameBinaryContentAs(whole);
    assertThat(Checkpoints.names(temp)).containsExactly("statistics", "whole");
  }
}
