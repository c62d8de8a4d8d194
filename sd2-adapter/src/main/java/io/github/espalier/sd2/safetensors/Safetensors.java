package io.github.espalier.sd2.safetensors;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Entrance to the format: verify a file, open one, write one. All methods are safe for use by many
 * threads.
 */
public final class Safetensors {
  private static final String INDEX_SUFFIX = ".json";

  private Safetensors() {}

  /**
   * Says whether a file is well-formed, and what it holds or what is wrong. Reads the header only;
   * any bytes are valid as data.
   *
   * @param file the file
   * @param mode how much to put up with
   * @return the verdict; bad content is never an exception
   * @throws IOException if the file cannot be read
   */
  public static Verdict verify(Path file, VerdictMode mode) throws IOException {
    try (SafetensorsFile open = SafetensorsFile.openChecked(file, mode)) {
      return new Verdict.Accepted(open.header());
    } catch (Rejection rejection) {
      return new Verdict.Rejected(rejection.reason());
    }
  }

  /**
   * Says whether bytes make a well-formed file, and what it holds or what is wrong.
   *
   * @param bytes the whole file
   * @param mode how much to put up with
   * @return the verdict; bad content is never an exception
   */
  public static Verdict verify(byte[] bytes, VerdictMode mode) {
    try {
      return new Verdict.Accepted(HeaderReader.read(ByteSource.of(bytes), mode));
    } catch (Rejection rejection) {
      return new Verdict.Rejected(rejection.reason());
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
  }

  /**
   * Opens one file, or the shards that an index lists, as {@link VerdictMode#STRICT} allows.
   *
   * @param path a safetensors file, or an index, recognised by its name's ending {@code .json}
   * @return the tensors, to be closed
   * @throws CheckpointFormatException if a file is not well-formed, or shards and index disagree
   * @throws IOException if a file cannot be read
   */
  public static TensorStore open(Path path) throws IOException {
    return open(path, VerdictMode.STRICT);
  }

  /**
   * Opens one file, or the shards that an index lists.
   *
   * @param path a safetensors file, or an index, recognised by its name's ending {@code .json}
   * @param mode how much to put up with
   * @return the tensors, to be closed
   * @throws CheckpointFormatException if a file is not well-formed, or shards and index disagree
   * @throws IOException if a file cannot be read
   */
  public static TensorStore open(Path path, VerdictMode mode) throws IOException {
    return path.toString().endsWith(INDEX_SUFFIX)
        ? ShardedSafetensors.open(path, mode)
        : SafetensorsFile.open(path, mode);
  }

  /**
   * Writes a new file in the {@linkplain SafetensorsLayout#modern modern} layout. It appears under
   * its name only when it is complete and on the disk, as {@link StagedOutput} says.
   *
   * @param target the file, which must not exist; its parent is created if it does not
   * @param tensors data by name; may come from files that are open
   * @param metadata free text by key; may be empty
   * @throws IllegalArgumentException as for {@link SafetensorsLayout#modern}
   * @throws FileAlreadyExistsException if the target exists
   * @throws IOException if reading a tensor or writing the file fails, or another run is writing
   *     the same file
   */
  public static void write(
      Path target, Map<String, TensorData> tensors, Map<String, String> metadata)
      throws IOException {
    write(target, tensors, metadata, false);
  }

  /**
   * Writes a file in the {@linkplain SafetensorsLayout#modern modern} layout. It appears under its
   * name only when it is complete and on the disk, as {@link StagedOutput} says.
   *
   * @param target the file; its parent is created if it does not exist
   * @param tensors data by name; may come from files that are open, the target included where the
   *     system lets open files be replaced
   * @param metadata free text by key; may be empty
   * @param overwrite whether a target that exists is replaced
   * @throws IllegalArgumentException as for {@link SafetensorsLayout#modern}
   * @throws FileAlreadyExistsException if the target exists and may not be replaced
   * @throws IOException if reading a tensor or writing the file fails, or another run is writing
   *     the same file
   */
  public static void write(
      Path target, Map<String, TensorData> tensors, Map<String, String> metadata, boolean overwrite)
      throws IOException {
    List<TensorSpec> specs = new ArrayList<>(tensors.size());
    tensors.forEach((name, data) -> specs.add(new TensorSpec(name, data.dtype(), data.shape())));
    SafetensorsLayout layout = SafetensorsLayout.modern(specs, metadata);
    try (StagedOutput output = StagedOutput.file(target, overwrite)) {
      try (SafetensorsWriter writer = SafetensorsWriter.open(output.staging(), layout)) {
        for (TensorInfo info : layout.header().tensors()) {
          writer.writeAll(info.name(), Objects.requireNonNull(tensors.get(info.name())));
        }
        writer.finish();
      }
      output.commit(true);
    }
  }
}
