package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.RandomClip;
import io.github.espalier.examples.RandomInception;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code espalier fid} refuses before it computes features, and what it keeps if it fails. */
class FidCheckTest {
  @TempDir Path temp;
  private Path clip;
  private Path real;
  private Path generated;
  private Path kept;

  @BeforeEach
  void make() throws IOException {
    clip = RandomClip.write(temp.resolve("clip"), 1);
    real = RandomInception.images(temp.resolve("real"), 4, 1);
    generated = RandomInception.images(temp.resolve("generated"), 5, 2);
    kept = temp.resolve("kept");
  }

  private Run fid(Path first, Path second, Object... more) {
    List<Object> args = new ArrayList<>(List.of("fid", first, second, "--clip", clip));
    args.addAll(List.of(more));
    return Cli.run(args.toArray());
  }

  private void refusesAtOnce(Path first, Path second, String option, String message) {
    Run run = fid(first, second, "--features", kept, option);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains(message);
    assertThat(kept).as("nothing was computed").doesNotExist();
  }

  @Test
  void whatCannotBeHadIsRefusedBeforeAnythingIsComputed() throws IOException {
    Path stats = temp.resolve("stats.npz");
    Run made = fid(real, generated, "--save-real-stats", stats);
    assertThat(made.status()).as(made.err()).isZero();
    refusesAtOnce(
        stats,
        generated,
        "--precision-recall",
        "precision and recall needs the features of images, but " + stats);
    refusesAtOnce(stats, generated, "--cmmd", "the discrepancy of embeddings needs the features");
    refusesAtOnce(stats, generated, "--kid", "the kernel distance needs the features");
    refusesAtOnce(
        real,
        generated,
        "--infinity",
        generated
            + " has 5 images, but the extrapolation by 15 subsets from 5000 on needs at least 7500");
    Path three = RandomInception.images(temp.resolve("three"), 3, 3);
    refusesAtOnce(
        three,
        generated,
        "--precision-recall",
        three + " has 3 images, but precision and recall needs at least 4");
    Path one = RandomInception.images(temp.resolve("one"), 1, 3);
    refusesAtOnce(real, one, "--json", one + " has 1 image, but a distance needs at least 2");
  }

  @Test
  void featuresThatLackImagesAreRefusedUnlessAskedFor() throws IOException {
    Path bad = Files.writeString(generated.resolve("bad.png"), "bad");
    Path file = temp.resolve("lacking.safetensors");
    Run made = Cli.run("features", generated, "--clip", clip, "--out", file, "--skip-unreadable");
    assertThat(made.status()).as(made.err()).isZero();
    Run unasked = fid(real, file);
    assertThat(unasked.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(unasked.err())
        .contains(file + ": lacks features of 1 image that could not be read: bad.png (" + bad);
    Run asked = fid(real, file, "--skip-unreadable");
    assertThat(asked.status()).as(asked.err()).isZero();
    assertThat(asked.out()).contains("5 images, 1 skipped");
  }

  @Test
  void featuresOutliveAFailure() throws IOException {
    Path bad = Files.writeString(generated.resolve("bad.png"), "bad");
    Run failed = fid(real, generated);
    assertThat(failed.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(failed.err()).contains(bad + ": begins with");
    Path left = left(failed.err());
    try {
      Files.copy(real.resolve("0.png"), bad, StandardCopyOption.REPLACE_EXISTING);
      Run again = fid(real, generated, "--features", left);
      assertThat(again.status()).as(again.err()).isZero();
      assertThat(MoreFiles.listFiles(left)).hasSize(2);
    } finally {
      MoreFiles.deleteRecursively(left, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private static Path left(String err) {
    String line =
        err.lines().filter(each -> each.contains("features are left in")).findFirst().orElseThrow();
    return Path.of(line.substring(line.indexOf("--features ") + 11, line.indexOf(" uses")));
  }

  /** The first side is not done, but a batch of it is. */
  @Test
  void aBatchOutlivesAFailure() throws IOException {
    Path many = RandomInception.images(temp.resolve("many"), 17, 3);
    Path bad = Files.writeString(many.resolve("last.png"), "bad");
    Run failed = fid(many, generated);
    assertThat(failed.status()).isEqualTo(ExitStatus.FAILED);
    Path left = left(failed.err());
    try {
      assertThat(MoreFiles.listFiles(left)).hasSize(1);
      Files.copy(real.resolve("0.png"), bad, StandardCopyOption.REPLACE_EXISTING);
      Run again = fid(many, generated, "--features", left);
      assertThat(again.status()).as(again.err()).isZero();
      assertThat(MoreFiles.listFiles(left)).hasSize(2);
    } finally {
      MoreFiles.deleteRecursively(left, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  /** Cancelled when the images of the first side are said to be done. */
  @Test
  void aBatchOutlivesACancellation() throws IOException {
    Cancellation cancellation = new Cancellation();
    StringWriter err =
        new StringWriter() {
          @Override
          public void write(String text, int start, int length) {
            super.write(text, start, length);
            if (text.contains("4 of 4 images")) {
              cancellation.cancel();
            }
          }
        };
    CommandLine command = Espalier.commandLine(new Session(cancellation, Terminal.NONE));
    command.setErr(new PrintWriter(err, true));
    int status =
        command.execute("fid", real.toString(), generated.toString(), "--clip", clip.toString());
    Path left = left(err.toString());
    try {
      assertThat(status).isEqualTo(ExitStatus.CANCELLED);
      assertThat(MoreFiles.listFiles(left)).hasSize(1);
      Run again = fid(real, generated, "--features", left);
      assertThat(again.status()).as(again.err()).isZero();
      assertThat(MoreFiles.listFiles(left)).hasSize(2);
    } finally {
      MoreFiles.deleteRecursively(left, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
