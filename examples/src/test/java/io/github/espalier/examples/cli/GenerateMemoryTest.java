package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Resident memory does not grow with the number of images. */
@EnabledOnOs(OS.LINUX)
class GenerateMemoryTest {
  private static final int WARM = 10;

  private static final int IMAGES = 300;

  /**
   * How far the virtual machine's own memory, the part of the heap in use and compiled code, may
   * still grow after ten images; 5 to 30 MB were measured, most of it before the sixtieth. More
   * than this is a leak of 0.17 MB an image.
   */
  private static final long MOST_GROWTH_KILOBYTES = 48 * 1024;

  @TempDir Path temp;

  @Test
  void threeHundredImages() throws IOException, InterruptedException {
    Path out = temp.resolve("out");
    Path log = temp.resolve("log");
    Process process =
        JavaProcess.start(
            log,
            List.of(),
            "generate",
            Checkpoints.folder(temp).toString(),
            "--prompt=a photo of a cat",
            "--images-per-prompt=" + IMAGES,
            "--steps=2",
            "--out",
            out.toString());
    long warm = 0;
    long most = 0;
    while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
      if (finished(out) >= WARM) {
        long resident = residentKilobytes(process);
        warm = warm == 0 ? resident : warm;
        most = Math.max(most, resident);
      }
    }
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    assertThat(finished(out)).isEqualTo(IMAGES);
    assertThat(warm).isPositive();
    assertThat(most - warm).as("growth in kB from %d", warm).isLessThan(MOST_GROWTH_KILOBYTES);
  }

  /** 0 once the process has ended. */
  private static long residentKilobytes(Process process) throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private static long finished(Path out) throws IOException {
    try (Stream<String> lines = Files.lines(out.resolve("manifest.jsonl"))) {
      return lines.count();
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
