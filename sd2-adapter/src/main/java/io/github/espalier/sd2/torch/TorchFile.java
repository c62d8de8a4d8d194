package io.github.espalier.sd2.torch;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.TensorSpec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of weights that {@code torch.save} or {@code torch.jit.save} wrote (usually named {@code
 * .pth}, {@code .pt}, {@code .bin} or {@code .ckpt}), open for reading its tensors.
 *
 * <p>A tensor's name is made of the keys that lead to it, joined by dots: {@code
 * state_dict.conv.weight}. Items of lists have their index as key. Of a module that {@code
 * torch.jit.save} wrote, the names of parameters and buffers are those of its {@code state_dict()}.
 * Parameters are tensors; tied weights are a tensor under each of their names. All else, such as
 * epochs, options and the state of an optimizer's options, is left out and listed.
 *
 * <p>Nothing of the file is executed. See the description of this package for what is read and what
 * is refused.
 *
 * <p>Safe for use by many threads until closed; interrupting one while it reads closes the file for
 * all, as with every {@link FileChannel}. A file must not change while it is open.
 */
public final class TorchFile implements AutoCloseable {
  /** Tied and expanded tensors may take more bytes than the file, but not arbitrarily many. */
  private static final long MOST_GROWTH = 8;

  private static final long FREE_GROWTH = 64L << 20;

  private final Path path;
  private final FileChannel channel;
  private final long size;
  private final FileTime modified;
  private final TorchFormat format;
  private final List<TensorSpec> tensors;
  private final Map<String, TensorData> data;
  private final List<String> leftOut;
  private final List<String> dictionaries;

  private TorchFile(Path path, FileChannel channel, FileTime modified, Optional<String> key)
      throws IOException {
    this.path = path;
    this.channel = channel;
    this.size = channel.size();
    this.modified = modified;
    Contents contents = contents();
    StateDictionary state = StateDictionary.of(path, contents.root(), key);
    this.format = contents.format();
    this.data = new LinkedHashMap<>();
    state
        .tensors()
        .forEach(
            (name, view) -> {
              long storage = contents.positions().getOrDefault(view.storage().root().key(), 0L);
              data.put(name, new ViewData(path, channel, view, storage));
            });
    this.tensors = specs();
    this.leftOut = List.copyOf(state.leftOut());
    this.dictionaries = List.copyOf(StateDictionary.choices(contents.root()));
  }

  /**
   * Opens a file with all of its tensors.
   *
   * @param path the file
   * @return the open file
   * @throws CheckpointFormatException if it is no such file, is damaged or cut off, names anything
   *     that tensors do not need, or holds no tensors; the message names what
   * @throws IOException if it cannot be read
   */
  public static TorchFile open(Path path) throws IOException {
    return open(path, Optional.empty());
  }

  /**
   * Opens a file with the tensors of one of its dictionaries.
   *
   * @param path the file
   * @param key the entry at the file's top, such as {@code state_dict}; it is not part of the names
   * @return the open file
   * @throws IllegalArgumentException if there is no such entry; the message has those that there
   *     are
   * @throws CheckpointFormatException as for {@link #open(Path)}
   * @throws IOException if it cannot be read
   */
  public static TorchFile open(Path path, String key) throws IOException {
    return open(path, Optional.of(key));
  }

  static TorchFile open(Path path, Optional<String> key) throws IOException {
    // Opening a named pipe would wait for somebody to write into it.
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw CheckpointFormatException.of(
          path, Files.isDirectory(path) ? "is a folder, not a file" : "is not a regular file");
    }
    FileTime modified = Files.getLastModifiedTime(path);
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new TorchFile(path, channel, modified, key);
    } catch (IOException | RuntimeException | Error e) {
      try {
        channel.close();
      } catch (IOException problem) {
        e.addSuppressed(problem);
      }
      throw e;
    }
  }

  private Contents contents() throws IOException {
    int enough = (int) Math.min(size, Diagnosis.ENOUGH);
    byte[] start = FileRange.read(path, channel, 0, enough).array();
    if (Diagnosis.isZip(start)) {
      return ZipContents.read(path, channel);
    }
    if (Diagnosis.isPickle(start)) {
      return LegacyContents.read(path, channel);
    }
    throw CheckpointFormatException.of(path, Diagnosis.of(start));
  }

  private List<TensorSpec> specs() {
    List<TensorSpec> specs = new ArrayList<>(data.size());
    long room = size * MOST_GROWTH + FREE_GROWTH;
    for (Map.Entry<String, TensorData> entry : data.entrySet()) {
      TensorSpec spec;
      try {
        spec = new TensorSpec(entry.getKey(), entry.getValue().dtype(), entry.getValue().shape());
      } catch (IllegalArgumentException e) {
        throw CheckpointFormatException.of(path, String.valueOf(e.getMessage()), e);
      }
      if (spec.byteSize() > room) {
        throw CheckpointFormatException.of(
            path,
            Printable.name(spec.name()),
            "with this one, the tensors take more than "
                + MOST_GROWTH
                + " times the file's "
                + size
                + " bytes: they repeat the same elements over and over");
      }
      room -= spec.byteSize();
      specs.add(spec);
    }
    return List.copyOf(specs);
  }

  /**
   * Returns where the file is.
   *
   * @return the path that it was opened by
   */
  public Path path() {
    return path;
  }

  /**
   * Returns the form of the file.
   *
   * @return the form
   */
  public TorchFormat format() {
    return format;
  }

  /**
   * Returns what tensors there are.
   *
   * @return unmodifiable; name, type and shape of each, in the order of the file
   */
  public List<TensorSpec> tensors() {
    return tensors;
  }

  /**
   * Returns a tensor's data: its elements in the order of their indices, whatever order the file
   * has them in. They are read when asked for.
   *
   * @param name exact name
   * @return a view, usable until this file is closed, by many threads; it throws {@link
   *     CheckpointFormatException} if the file has become shorter
   * @throws IllegalArgumentException if there is none of that name
   */
  public TensorData tensor(String name) {
    TensorData tensor = data.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(path + " has no tensor " + Printable.name(name));
    }
    return tensor;
  }

  /**
   * Returns what is no tensor.
   *
   * @return unmodifiable; names made as those of tensors, of a dictionary or list without any
   *     tensor its own name alone
   */
  public List<String> leftOut() {
    return leftOut;
  }

  /**
   * Returns what {@link #open(Path, String)} can choose from.
   *
   * @return unmodifiable; the keys at the file's top that lead to dictionaries or lists
   */
  public List<String> dictionaries() {
    return dictionaries;
  }

  /**
   * Makes sure that the file seems to be what it was when it was opened.
   *
   * @throws CheckpointFormatException if it has another size or time of change
   * @throws IOException if that cannot be found out
   */
  public void requireUnchanged() throws IOException {
    if (Files.size(path) != size || !Files.getLastModifiedTime(path).equals(modified)) {
      throw CheckpointFormatException.of(path, "was changed after it was opened");
    }
  }

  /**
   * Closes the file. Its tensors can no longer be read.
   *
   * @throws IOException if the system reports an error
   */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public String toString() {
    return path + " (" + tensors.size() + " tensors)";
  }
}
