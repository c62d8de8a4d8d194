package io.github.espalier.core.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A second run of the program, as a process of its own. */
final class OtherProcess implements AutoCloseable {
  private static final String HELD = "held";
  private static final String DONE = "done";

  private final Process process;

  private OtherProcess(Process process) {
    this.process = process;
  }

  private static OtherProcess start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName()));
    command.addAll(List.of(arguments));
    return new OtherProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Starts a run that writes half of a folder and then waits until it is killed. */
  static OtherProcess writing(Path target) throws IOException {
    OtherProcess other = start("write", target.toString());
    if (!HELD.equals(other.line())) {
      throw new IllegalStateException("the other process did not start");
    }
    return other;
  }

  /** Starts a run that writes a target many times over, checking that nobody else does. */
  static OtherProcess contending(Path target, int times) throws IOException {
    return start("contend", target.toString(), Integer.toString(times));
  }

  /** Waits for the end of a contending run. */
  boolean succeeded() throws IOException {
    return DONE.equals(line());
  }

  private @Nullable String line() throws IOException {
    return new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
        .readLine();
  }

  /** Ends the process without giving it a chance to clean up. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs in the other process. */
  public static void main(String[] arguments) throws IOException {
    Path target = Path.of(arguments[1]);
    if (arguments[0].equals("write")) {
      write(target);
    } else {
      contend(target, Integer.parseInt(arguments[2]));
    }
  }

  private static void write(Path target) throws IOException {
    try (StagedOutput output = StagedOutput.folder(target, true)) {
      Files.writeString(output.staging().resolve("half.txt"), "unfinished");
      // A second attempt here must not take the lock away from the first.
      try (StagedOutput second = StagedOutput.folder(target, true)) {
        throw new IllegalStateException("two outputs at " + second.staging());
      } catch (IOException expected) {
        System.out.println(HELD);
      }
      System.in.read();
    }
  }

  private static void contend(Path target, int times) throws IOException {
    Path marker = target.resolveSibling("marker");
    Path lock = target.resolveSibling("lock");
    for (int done = 0; done < times; ) {
      try {
        TargetLock held = TargetLock.acquire(lock, target);
        Files.createFile(marker); // Fails if another process is here.
        Files.delete(marker);
        held.close();
        done++;
      } catch (FileAlreadyExistsException e) {
        throw new UncheckedIOException("two processes hold the lock", e);
      } catch (IOException e) {
        if (!String.valueOf(e.getMessage()).contains("another run")) {
          throw e;
        }
      }
    }
    System.out.println(DONE);
  }
}
