package io.github.espalier.sd2.safetensors;

import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.util.List;

/**
 * Named tensors in one safetensors file or several.
 *
 * <p>Stores are immutable and safe for use by many threads until closed. Closing one closes its
 * files; tensors read afterwards throw {@link java.nio.channels.ClosedChannelException}.
 *
 * @see Safetensors#open
 */
public sealed interface TensorStore extends AutoCloseable
    permits SafetensorsFile, ShardedSafetensors {
  /**
   * Returns the names of all tensors.
   *
   * @return unmodifiable, file after file, in the order of the data: the order in which reading is
   *     fastest
   */
  List<String> names();

  /**
   * Tells whether there is a tensor.
   *
   * @param name exact name
   * @return true if there is one of that name
   */
  boolean contains(String name);

  /**
   * Returns what a tensor is.
   *
   * @param name exact name
   * @return name, type and shape
   * @throws IllegalArgumentException if there is none of that name; the message has the nearest
   *     ones
   */
  default TensorSpec spec(String name) {
    return file(name).header().tensor(name).spec();
  }

  /**
   * Returns a tensor's data, which is read when asked for.
   *
   * @param name exact name
   * @return the data, see {@link SafetensorsFile#tensor}
   * @throws IllegalArgumentException if there is none of that name; the message has the nearest
   *     ones
   */
  default TensorData tensor(String name) {
    return file(name).tensor(name);
  }

  /**
   * Returns the file that holds a tensor.
   *
   * @param name exact name
   * @return the file, to be closed by closing this store
   * @throws IllegalArgumentException if there is none of that name; the message has the nearest
   *     ones
   */
  SafetensorsFile file(String name);

  /**
   * Returns all files.
   *
   * @return unmodifiable, in the order of {@link #names()}; to be closed by closing this store
   */
  List<SafetensorsFile> files();

  @Override
  void close() throws IOException;
}
