package io.github.espalier.examples.cli;

import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what went wrong. */
final class Failures {
  private static final long MEGABYTE = 1 << 20;

  private Failures() {}

  /** One line instead of picocli's whole help text. */
  static int onUsageError(ParameterException problem, String... args) {
    CommandLine command = problem.getCommandLine();
    StringBuilder message = new StringBuilder(oneLine(String.valueOf(problem.getMessage())));
    if (problem instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        message.append("; did you mean ").append(String.join(" or ", suggestions)).append('?');
      }
    }
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println("espalier: " + message + " (see " + name + " --help)");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  /** Returns the line for a failure, without line breaks. */
  static String message(Throwable failure) {
    return oneLine(text(failure));
  }

  private static String text(Throwable failure) {
    if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
      return text(unchecked.getCause());
    }
    if (failure instanceof CancellationException) {
      return "cancelled";
    }
    if (failure instanceof FileSystemException problem) {
      return text(problem);
    }
    if (failure instanceof OutOfMemoryError) {
      return "out of memory ("
          + failure.getMessage()
          + "); the heap limit is "
          + Runtime.getRuntime().maxMemory() / MEGABYTE
          + " MB: raise it with ESPALIER_OPTS=-Xmx2g, or use fewer threads";
    }
    boolean expected =
        failure instanceof CheckpointFormatException
            || failure instanceof PruningException
            || failure instanceof IllegalArgumentException
            || failure instanceof IllegalStateException
            || failure instanceof ServiceConfigurationError
            || failure instanceof IOException;
    String message = failure.getMessage();
    if (expected && message != null) {
      return message;
    }
    return "unexpected " + failure + "; --debug prints where";
  }

  private static String text(FileSystemException problem) {
    String file = problem.getFile();
    if (problem instanceof NoSuchFileException) {
      return file + ": there is no such file or folder";
    }
    if (problem instanceof AccessDeniedException) {
      return file + ": permission denied";
    }
    if (problem instanceof FileAlreadyExistsException) {
      return file + ": exists already; choose another name, or pass --overwrite to replace it";
    }
    if (problem instanceof NotDirectoryException) {
      return file + ": is not a folder";
    }
    String reason = problem.getReason();
    return reason == null ? String.valueOf(problem.getMessage()) : file + ": " + reason;
  }

  /**
   * Adds the place to an exception of the operating system that does not name one, such as "No
   * space left on device", and names the output instead of its hidden lock.
   */
  static IOException at(Path place, IOException problem) {
    if (problem instanceof AccessDeniedException denied && isLockOf(place, denied.getFile())) {
      return new AccessDeniedException(place.toString());
    }
    @Nullable String message = problem.getMessage();
    boolean bare =
        problem.getClass().equals(IOException.class)
            && message != null
            && !message.contains(place.toString());
    return bare ? new IOException(place + ": " + message, problem) : problem;
  }

  /** The file beside an output that keeps other runs away is none that the user knows. */
  private static boolean isLockOf(Path place, @Nullable String file) {
    return file != null && Path.of(file).endsWith("." + place.getFileName() + ".espalier-lock");
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "?");
  }
}
