package io.github.espalier.core.model;

import java.io.Serial;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file of a checkpoint is not what it should be: malformed, incomplete, of an unexpected shape,
 * or changed while it was read.
 *
 * <p>The message is one line that names the file and, where one is at fault, the tensor, and says
 * what was found and what was expected.
 */
public final class CheckpointFormatException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient @Nullable Path file;
  private final transient @Nullable String tensor;

  private CheckpointFormatException(
      @Nullable Path file, @Nullable String tensor, String problem, @Nullable Throwable cause) {
    super(
        (file == null ? "" : file + ": ") + (tensor == null ? "" : tensor + ": ") + problem, cause);
    this.file = file;
    this.tensor = tensor;
  }

  /**
   * Reports a file as a whole.
   *
   * @param file the file at fault
   * @param problem what was found and what was expected
   * @return the exception
   */
  public static CheckpointFormatException of(Path file, String problem) {
    return new CheckpointFormatException(file, null, problem, null);
  }

  /**
   * Reports a file as a whole, with the exception that revealed it.
   *
   * @param file the file at fault
   * @param problem what was found and what was expected
   * @param cause the exception that revealed it
   * @return the exception
   */
  public static CheckpointFormatException of(Path file, String problem, Throwable cause) {
    return new CheckpointFormatException(file, null, problem, cause);
  }

  /**
   * Reports one tensor of a file.
   *
   * @param file the file at fault
   * @param tensor name of the tensor at fault
   * @param problem what was found and what was expected
   * @return the exception
   */
  public static CheckpointFormatException of(Path file, String tensor, String problem) {
    return new CheckpointFormatException(file, tensor, problem, null);
  }

  /**
   * Returns the file at fault.
   *
   * @return the file, or null after deserialisation
   */
  public @Nullable Path file() {
    return file;
  }

  /**
   * Returns the tensor at fault.
   *
   * @return its name, or null if the file as a whole is at fault
   */
  public @Nullable String tensor() {
    return tensor;
  }
}
