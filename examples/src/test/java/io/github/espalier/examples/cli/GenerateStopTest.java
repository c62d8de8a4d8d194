package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stopped run leaves whole images only, and the same command makes the others. */
class GenerateStopTest {
  private static final int KILLS = 6;
  private static final int IMAGES = 12;
  private static final long SEED = 20261125;

  @TempDir Path temp;
  Path out;
  List<String> args;

  @BeforeEach
  void unpack() throws IOException {
    Path checkpoint = Checkpoints.folder(temp);
    out = temp.resolve("parent/out");
    args =
        List.of(
            "generate",
            checkpoint.toString(),
            "--prompt=cat",
            "--images-per-prompt=" + IMAGES,
            "--steps=4",
            "--out",
            out.toString());
  }

  private Run run(Cancellation cancellation) {
    return Cli.run(cancellation, args.toArray());
  }

  private Map<String, byte[]> images() throws IOException {
    Map<String, byte[]> contents = Checkpoints.contents(out);
    contents.remove("manifest.jsonl");
    return contents;
  }

  @Test
  void cancelledBeforeTheFirstImageLeavesNothing() throws IOException {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();

    Run run = run(cancellation);

    assertThat(run.status()).isEqualTo(ExitStatus.CANCELLED);
    assertThat(run.errLines()).hasSize(1);
    assertThat(Checkpoints.names(temp)).containsExactly("sd2");
  }

  @Test
  void cancelledInBetweenKeepsWhatIsFinished() throws IOException, InterruptedException {
    Cancellation cancellation = new Cancellation();
    Thread stopper =
        new Thread(
            () -> {
              while (!Files.exists(out.resolve("00002.png"))) {
                Thread.onSpinWait();
              }
              cancellation.cancel();
            });
    stopper.start();

    Run run = run(cancellation);
    stopper.join();

    assertThat(run.status()).isEqualTo(ExitStatus.CANCELLED);
    int finished = images().size();
    assertThat(finished).isBetween(3, IMAGES - 1);
    assertThat(run.err())
        .contains(
            "cancelled; " + finished + " of 12 images are in " + out + ", and the same command");
    assertThat(Checkpoints.names(out)).noneMatch(name -> name.startsWith("."));
    assertThat(Files.readAllLines(out.resolve("manifest.jsonl"))).hasSize(finished);
    Map<String, byte[]> before = images();

    assertThat(run(new Cancellation()).err()).contains(finished + " of 12 images are finished");
    assertThat(images()).hasSize(IMAGES).containsAllEntriesOf(before);
  }

  @Test
  void killedAtAnyMomentGoesOnToTheSameImages() throws IOException, InterruptedException {
    long start = System.nanoTime();
    Path log = temp.resolve("log");
    Process first = JavaProcess.start(log, List.of(), args.toArray(String[]::new));
    assertThat(first.waitFor()).as(Files.readString(log)).isZero();
    long duration = System.nanoTime() - start;
    Map<String, byte[]> whole = images();
    Fingerprint.delete(out);

    Random random = new Random(SEED);
    List<Integer> counts = new ArrayList<>();
    for (int i = 0; i < KILLS; i++) {
      Process process = JavaProcess.start(log, List.of(), args.toArray(String[]::new));
      long wait = (long) ((0.4 + 0.6 * random.nextDouble()) * duration);
      if (!process.waitFor(wait, TimeUnit.NANOSECONDS)) {
        process.destroyForcibly().waitFor();
      }
      if (Files.exists(out)) {
        Map<String, byte[]> found = images();
        found.keySet().removeIf(name -> name.startsWith("."));
        assertThat(found.keySet()).isSubsetOf(whole.keySet());
        found.forEach((name, bytes) -> assertThat(bytes).isEqualTo(whole.get(name)));
        counts.add(found.size());
      }
    }

    assertThat(counts).isSorted();
    assertThat(run(new Cancellation()).status()).isZero();
    assertThat(images().keySet()).isEqualTo(whole.keySet());
    images().forEach((name, bytes) -> assertThat(bytes).isEqualTo(whole.get(name)));
    assertThat(Files.readAllLines(out.resolve("manifest.jsonl"))).hasSize(IMAGES);
  }
}
