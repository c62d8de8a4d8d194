package io.github.espalier.sd2.torch;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files that {@code torch.save} wrote before PyTorch 1.6: five pickles (a magic number,
 * the version of the format, what machine it was, the object, and the keys of its storages), then
 * each storage with the number of its elements before it.
 */
final class LegacyContents {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;

  private final Path file;
  private final FileChannel channel;
  private final PickleInput bytes;
  private final TorchUnpickler unpickler;

  private LegacyContents(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.bytes = new PickleInput(file, channel, 0, channel.size());
    this.unpickler = new TorchUnpickler(file, bytes, new Constructors(false));
  }

  static Contents read(Path file, FileChannel channel) throws IOException {
    return new LegacyContents(file, channel).read();
  }

  private Contents read() throws IOException {
    if (!MAGIC.equals(unpickler.read())) {
      throw CheckpointFormatException.of(
          file, "is a Python pickle, but none that torch.save wrote");
    }
    if (!(unpickler.read() instanceof Number version) || version.longValue() != VERSION) {
      throw CheckpointFormatException.of(
          file, "is of a version of torch.save's format other than " + VERSION);
    }
    requireLittleEndian(unpickler.read());
    Object root = unpickler.read();
    return new Contents(TorchFormat.LEGACY, root, positions(unpickler.read()));
  }

  private void requireLittleEndian(@Nullable Object machine) {
    boolean little =
        machine instanceof Dictionary dictionary
            && Boolean.TRUE.equals(dictionary.entries().get("little_endian"));
    if (!little) {
      throw CheckpointFormatException.of(
          file, "is not of a little-endian machine; only such files are read");
    }
  }

  private Map<String, Long> positions(@Nullable Object keys) throws IOException {
    if (!(keys instanceof List<?> list)) {
      throw CheckpointFormatException.of(file, "has no list of its storages");
    }
    Map<String, Storage.Root> storages = unpickler.storages();
    Map<String, Long> positions = new HashMap<>();
    long at = bytes.position();
    for (Object key : list) {
      Storage.@Nullable Root storage = key instanceof String name ? storages.get(name) : null;
      if (storage == null) {
        throw CheckpointFormatException.of(file, "lists a storage that no tensor refers to");
      }
      at = end(storage, at);
      if (positions.put(storage.key(), at - storage.byteSize()) != null) {
        throw CheckpointFormatException.of(
            file, "lists the storage " + Printable.name(storage.key()) + " twice");
      }
    }
    for (String key : storages.keySet()) {
      if (!positions.containsKey(key)) {
        throw CheckpointFormatException.of(
            file, "does not have the storage " + Printable.name(key) + " of its tensors");
      }
    }
    return positions;
  }

  /** Returns where a storage that begins with its length ends. */
  private long end(Storage.Root storage, long at) throws IOException {
    long elements = FileRange.read(file, channel, at, Long.BYTES).getLong();
    if (elements != storage.byteSize() / storage.width()) {
      throw CheckpointFormatException.of(
          file,
          "the storage "
              + Printable.name(storage.key())
              + " has "
              + elements
              + " elements where its tensors say "
              + storage.byteSize() / storage.width());
    }
    long begin = at + Long.BYTES;
    if (storage.byteSize() > channel.size() - begin) {
      throw CheckpointFormatException.of(
          file,
          "ends in the storage "
              + Printable.name(storage.key())
              + ": it is cut off, perhaps an unfinished download");
    }
    return begin + storage.byteSize();
  }
}
