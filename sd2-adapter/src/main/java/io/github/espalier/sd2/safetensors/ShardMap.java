package io.github.espalier.sd2.safetensors;

import com.google.common.collect.ImmutableMap;
import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What an index says about its shards, without opening them.
 *
 * @param index the index
 * @param fileOf the shard of each tensor, in the index's order
 */
public record ShardMap(Path index, Map<String, Path> fileOf) {
  /**
   * Copies the map.
   *
   * @param index the index
   * @param fileOf the shard of each tensor, in the index's order
   */
  public ShardMap {
    fileOf = ImmutableMap.copyOf(fileOf);
  }

  /**
   * Reads an index.
   *
   * @param index the index
   * @return its map
   * @throws CheckpointFormatException if the index is malformed, names no shard or a file elsewhere
   *     than beside it, or a shard is missing
   * @throws IOException if it cannot be read
   */
  public static ShardMap read(Path index) throws IOException {
    ImmutableMap.Builder<String, Path> files = ImmutableMap.builder();
    try {
      ShardIndex.read(index)
          .forEach((tensor, file) -> files.put(tensor, index.resolveSibling(file)));
    } catch (Rejection rejection) {
      throw rejection.of(index);
    }
    ShardMap map = new ShardMap(index, files.buildOrThrow());
    if (map.fileOf.isEmpty()) {
      throw CheckpointFormatException.of(index, "names no tensors");
    }
    for (Path file : map.files()) {
      if (!Files.exists(file)) {
        throw CheckpointFormatException.of(
            index, "the index names the shard " + file.getFileName() + ", which is missing");
      }
    }
    return map;
  }

  /**
   * Returns the shards.
   *
   * @return each once, by name
   */
  public List<Path> files() {
    return fileOf.values().stream().distinct().sorted().toList();
  }
}
