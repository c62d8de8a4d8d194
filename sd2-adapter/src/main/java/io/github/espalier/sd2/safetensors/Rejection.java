package io.github.espalier.sd2.safetensors;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.Serial;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Ends the reading of bad content; what it says becomes a verdict or an exception of the API. */
final class Rejection extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final @Nullable String tensor;
  private final String reason;

  /**
   * Makes a rejection.
   *
   * @param tensor name of the tensor at fault as the file has it, or null for the file as a whole
   * @param reason one line
   */
  Rejection(@Nullable String tensor, String reason) {
    // A refused file is an ordinary result of reading untrusted bytes: no stack trace is taken.
    super(reason, null, false, false);
    this.tensor = tensor == null ? null : Printable.name(tensor);
    this.reason = reason;
  }

  String reason() {
    return tensor == null ? reason : tensor + ": " + reason;
  }

  CheckpointFormatException of(Path file) {
    return tensor == null
        ? CheckpointFormatException.of(file, reason)
        : CheckpointFormatException.of(file, tensor, reason);
  }
}
