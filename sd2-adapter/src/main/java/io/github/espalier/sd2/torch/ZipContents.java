package io.github.espalier.sd2.torch;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the archives that {@code torch.save} and {@code torch.jit.save} write: in one folder,
 * {@code data.pkl} with the object, {@code data/} with a file for each storage, {@code byteorder}
 * since PyTorch 2.1, and for TorchScript {@code constants.pkl} and the code, which are not looked
 * at. Checksums are not compared, since PyTorch may leave them out.
 */
final class ZipContents {
  private static final String PICKLE = "data.pkl";
  private static final int LONGEST_BYTE_ORDER = 16;

  private final Path file;
  private final FileChannel channel;
  private final ZipDirectory zip;
  private final String folder;

  private ZipContents(Path file, FileChannel channel, ZipDirectory zip, String folder) {
    this.file = file;
    this.channel = channel;
    this.zip = zip;
    this.folder = folder;
  }

  static Contents read(Path file, FileChannel channel) throws IOException {
    ZipDirectory zip = ZipDirectory.read(file, channel);
    return new ZipContents(file, channel, zip, folder(file, zip)).read();
  }

  private static String folder(Path file, ZipDirectory zip) {
    List<String> pickles =
        zip.names().stream()
            .filter(name -> name.endsWith("/" + PICKLE))
            .filter(name -> name.indexOf('/') == name.length() - PICKLE.length() - 1)
            .sorted()
            .toList();
    if (pickles.size() == 1) {
      return pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
    }
    if (zip.names().stream().anyMatch(name -> name.endsWith("/model.json"))) {
      throw CheckpointFormatException.of(
          file, "is TorchScript of before PyTorch 1.4, which is not supported");
    }
    throw CheckpointFormatException.of(
        file,
        "is a zip archive with "
            + pickles.size()
            + " files data.pkl in a folder, where one of torch.save has one");
  }

  private Contents read() throws IOException {
    requireLittleEndian();
    boolean script = zip.find(folder + "constants.pkl") != null;
    ZipDirectory.Entry entry = entry(PICKLE);
    long begin = zip.position(entry);
    PickleInput bytes = new PickleInput(file, channel, begin, begin + entry.size());
    TorchUnpickler unpickler = new TorchUnpickler(file, bytes, new Constructors(script));
    Object root = unpickler.read();
    return new Contents(
        script ? TorchFormat.TORCH_SCRIPT : TorchFormat.ZIP, root, positions(unpickler.storages()));
  }

  private ZipDirectory.Entry entry(String name) {
    ZipDirectory.@Nullable Entry entry = zip.find(folder + name);
    if (entry == null) {
      throw CheckpointFormatException.of(
          file, "has no entry " + Printable.name(folder + name) + ", which its pickle needs");
    }
    return entry;
  }

  private void requireLittleEndian() throws IOException {
    ZipDirectory.@Nullable Entry entry = zip.find(folder + "byteorder");
    if (entry == null) {
      return; // Before PyTorch 2.1, which is little-endian unless somebody had an unusual machine.
    }
    long begin = zip.position(entry);
    int length = (int) Math.min(entry.size(), LONGEST_BYTE_ORDER);
    String order =
        new String(FileRange.read(file, channel, begin, length).array(), StandardCharsets.US_ASCII);
    if (!order.equals("little")) {
      throw CheckpointFormatException.of(
          file,
          "has the byte order '" + Printable.name(order) + "'; only little-endian files are read");
    }
  }

  private Map<String, Long> positions(Map<String, Storage.Root> storages) throws IOException {
    Map<String, Long> positions = new HashMap<>();
    TreeMap<Long, ZipDirectory.Entry> places = new TreeMap<>();
    for (Storage.Root storage : storages.values()) {
      ZipDirectory.Entry entry = entry("data/" + storage.key());
      long begin = zip.position(entry);
      if (entry.size() < storage.byteSize()) {
        throw CheckpointFormatException.of(
            file,
            "the entry "
                + Printable.name(entry.name())
                + " has "
                + entry.size()
                + " bytes where its tensors need "
                + storage.byteSize());
      }
      positions.put(storage.key(), begin);
      if (entry.size() > 0 && places.put(begin, entry) != null) {
        throw overlapping(entry);
      }
    }
    long end = 0;
    for (Map.Entry<Long, ZipDirectory.Entry> place : places.entrySet()) {
      if (place.getKey() < end) {
        throw overlapping(place.getValue());
      }
      end = place.getKey() + place.getValue().size();
    }
    return positions;
  }

  private CheckpointFormatException overlapping(ZipDirectory.Entry entry) {
    return CheckpointFormatException.of(
        file, "the entry " + Printable.name(entry.name()) + " lies in another one");
  }
}
