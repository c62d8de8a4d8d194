package io.github.espalier.sd2.safetensors;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model in several safetensors files, named by an index ({@code <stem>.safetensors.index.json})
 * that maps every tensor to one of the files beside it.
 *
 * <p>Opening makes sure that index and shards agree: every shard is there and well-formed, holds
 * exactly the tensors that the index says it holds, and no other. All shards stay open. Safe for
 * use by many threads until closed.
 */
public final class ShardedSafetensors implements TensorStore {
  private final Path index;
  private final List<SafetensorsFile> files;
  private final Map<String, SafetensorsFile> fileByName;
  private final List<String> names;

  private ShardedSafetensors(
      Path index, List<SafetensorsFile> files, Map<String, SafetensorsFile> fileByName) {
    this.index = index;
    this.files = List.copyOf(files);
    this.fileByName = Collections.unmodifiableMap(fileByName);
    this.names = List.copyOf(fileByName.keySet());
  }

  /**
   * Opens the shards that an index lists, as {@link VerdictMode#STRICT} allows.
   *
   * @param index the index
   * @return the open shards
   * @throws CheckpointFormatException as for {@link #open(Path, VerdictMode)}
   * @throws IOException if a file cannot be read
   */
  public static ShardedSafetensors open(Path index) throws IOException {
    return open(index, VerdictMode.STRICT);
  }

  /**
   * Opens the shards that an index lists.
   *
   * @param index the index
   * @param mode how much to put up with in the shards
   * @return the open shards
   * @throws CheckpointFormatException if the index is malformed or names a file elsewhere than
   *     beside it, if a shard is missing or malformed, or if a tensor is listed but not there, or
   *     there but not listed, or listed for another shard
   * @throws IOException if a file cannot be read
   */
  public static ShardedSafetensors open(Path index, VerdictMode mode) throws IOException {
    Map<String, String> weightMap;
    try {
      weightMap = ShardIndex.read(index);
    } catch (Rejection rejection) {
      throw rejection.of(index);
    }
    List<SafetensorsFile> opened = new ArrayList<>();
    try {
      return openShards(index, weightMap, mode, opened);
    } catch (IOException | RuntimeException | Error e) {
      opened.forEach(file -> Cleanup.after(e, file::close));
      throw e;
    }
  }

  private static ShardedSafetensors openShards(
      Path index, Map<String, String> weightMap, VerdictMode mode, List<SafetensorsFile> opened)
      throws IOException {
    Map<String, SafetensorsFile> shards = new TreeMap<>();
    for (String shard : weightMap.values()) {
      if (!shards.containsKey(shard)) {
        SafetensorsFile file = openShard(index, shard, mode);
        opened.add(file);
        shards.put(shard, file);
      }
    }
    for (Map.Entry<String, String> mapped : weightMap.entrySet()) {
      SafetensorsFile shard = shards.get(mapped.getValue());
      if (shard != null && !shard.contains(mapped.getKey())) {
        throw CheckpointFormatException.of(
            index,
            Printable.name(mapped.getKey()),
            "the index maps it to " + Printable.name(mapped.getValue()) + ", which lacks it");
      }
    }
    Map<String, SafetensorsFile> fileByName = new LinkedHashMap<>();
    shards.forEach(
        (shard, file) -> {
          for (String name : file.names()) {
            requireMapped(index, weightMap, shard, name);
            fileByName.put(name, file);
          }
        });
    return new ShardedSafetensors(index, List.copyOf(shards.values()), fileByName);
  }

  private static void requireMapped(
      Path index, Map<String, String> weightMap, String shard, String name) {
    String mapped = weightMap.get(name);
    if (!shard.equals(mapped)) {
      throw CheckpointFormatException.of(
          index,
          Printable.name(name),
          Printable.name(shard)
              + " has it, but the index "
              + (mapped == null ? "does not list it" : "maps it to " + Printable.name(mapped)));
    }
  }

  private static SafetensorsFile openShard(Path index, String shard, VerdictMode mode)
      throws IOException {
    try {
      return SafetensorsFile.open(index.resolveSibling(shard), mode);
    } catch (NoSuchFileException | InvalidPathException e) {
      throw CheckpointFormatException.of(
          index, "the index names the shard " + Printable.name(shard) + ", which is missing", e);
    }
  }

  /**
   * Returns where the index is.
   *
   * @return the path that it was opened by
   */
  public Path index() {
    return index;
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public boolean contains(String name) {
    return fileByName.containsKey(name);
  }

  @Override
  public SafetensorsFile file(String name) {
    SafetensorsFile file = fileByName.get(name);
    if (file == null) {
      throw Names.unknown(name, index.toString(), fileByName.keySet());
    }
    return file;
  }

  /**
   * Returns the shards.
   *
   * @return unmodifiable, by file name
   */
  @Override
  public List<SafetensorsFile> files() {
    return files;
  }

  /**
   * Closes all shards.
   *
   * @throws IOException if the system reports an error for one; the others are closed all the same
   */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (SafetensorsFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public String toString() {
    return index + " (" + fileByName.size() + " tensors in " + files.size() + " files)";
  }
}
