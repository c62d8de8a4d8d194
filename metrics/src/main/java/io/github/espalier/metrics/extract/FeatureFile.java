package io.github.espalier.metrics.extract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.HashCode;
import io.github.espalier.core.EspalierVersion;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.safetensors.SafetensorsLayout;
import io.github.espalier.sd2.safetensors.SafetensorsWriter;
import io.github.espalier.sd2.safetensors.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files of features: safetensors with {@code features}, F32, a row for each image; {@code images}
 * and {@code skipped}, JSON in UTF-8 as U8: a list of names, and one of names, reasons and SHA-256;
 * {@code hashes}, U8, the SHA-256 of each image's file. The metadata says what made the features.
 * The same images give the same bytes.
 */
final class FeatureFile {
  static final String FEATURES = "features";
  private static final String IMAGES = "images";
  private static final String HASHES = "hashes";
  private static final String SKIPPED = "skipped";

  private static final String FORMAT_KEY = "espalier.format";
  private static final String FORMAT = "features-2";
  private static final String VERSION_KEY = "espalier.version";
  private static final String PROTOCOL_KEY = "espalier.protocol";
  private static final String NETWORK_KEY = "espalier.network";
  private static final String TAP_KEY = "espalier.tap";
  private static final String WEIGHTS_KEY = "espalier.weights";

  /** What a summary takes. */
  private static final int MOST_FEATURES = 16_383;

  private static final ObjectMapper JSON = new ObjectMapper();

  private FeatureFile() {}

  /** What goes into a file, as often as it is asked for. */
  @FunctionalInterface
  interface Entries {
    void forEach(FeatureJournal.Visitor visitor) throws IOException;
  }

  /** Writes a new file of what a journal or other files have. */
  static void write(Path file, FeatureOrigin origin, int width, Entries entries)
      throws IOException {
    List<HashedImage> images = new ArrayList<>();
    List<HashedSkip> skipped = new ArrayList<>();
    entries.forEach(
        entry -> {
          if (entry.features() == null) {
            skipped.add(entry.skip());
          } else {
            images.add(entry.image());
          }
        });
    ByteBuffer names = json(images.stream().map(HashedImage::name).toList());
    ByteBuffer passed =
        json(
            skipped.stream()
                .map(each -> List.of(each.image().name(), each.reason(), each.image().hash() + ""))
                .toList());
    List<TensorSpec> specs =
        List.of(
            new TensorSpec(FEATURES, DType.F32, Shape.of(images.size(), width)),
            new TensorSpec(IMAGES, DType.U8, Shape.of(names.remaining())),
            new TensorSpec(HASHES, DType.U8, Shape.of(images.size(), HashedImage.HASH_BYTES)),
            new TensorSpec(SKIPPED, DType.U8, Shape.of(passed.remaining())));
    SafetensorsLayout layout = SafetensorsLayout.modern(specs, metadata(origin));
    try (SafetensorsWriter writer = SafetensorsWriter.open(file, layout)) {
      writer.write(IMAGES, 0, names);
      writer.write(SKIPPED, 0, passed);
      writer.write(HASHES, 0, hashes(images));
      writeFeatures(writer, entries, width);
      writer.finish();
    }
  }

  private static void writeFeatures(SafetensorsWriter writer, Entries entries, int width)
      throws IOException {
    ByteBuffer row = ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long[] at = {0};
    entries.forEach(
        entry -> {
          float[] features = entry.features();
          if (features != null) {
            row.clear();
            row.asFloatBuffer().put(features);
            writer.write(FEATURES, at[0], row);
            at[0] += row.capacity();
          }
        });
  }

  private static ByteBuffer json(Object value) {
    try {
      return ByteBuffer.wrap(JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("text can always be written as JSON", e);
    }
  }

  private static ByteBuffer hashes(List<HashedImage> images) {
    ByteBuffer bytes = ByteBuffer.allocate(images.size() * HashedImage.HASH_BYTES);
    images.forEach(each -> bytes.put(each.hash().asBytes()));
    return bytes.flip();
  }

  private static Map<String, String> metadata(FeatureOrigin origin) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(FORMAT_KEY, FORMAT);
    metadata.put(VERSION_KEY, EspalierVersion.current());
    metadata.put(PROTOCOL_KEY, origin.protocol());
    metadata.put(NETWORK_KEY, origin.network().name());
    metadata.put(TAP_KEY, origin.network().tap());
    metadata.put(WEIGHTS_KEY, origin.network().weights());
    return metadata;
  }

  static ExtractedFeatures read(Path path) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      FeatureOrigin origin = origin(path, file.header().metadata());
      TensorData rows = tensor(file, FEATURES, DType.F32, 2);
      int count = (int) rows.shape().extent(0);
      requireFeaturesOfFid(path, origin.network(), rows);
      List<HashedImage> images = images(file, count);
      return new ExtractedFeatures(path, origin, width(path, rows), images, skips(file));
    }
  }

  private static List<HashedSkip> skips(SafetensorsFile file) throws IOException {
    List<HashedSkip> skips = new ArrayList<>();
    List<List<String>> found = parse(file, SKIPPED, new TypeReference<>() {});
    for (List<String> each : found) {
      if (each.size() != 3 || !each.get(2).matches("[0-9a-f]{64}")) {
        throw CheckpointFormatException.of(
            file.path(), SKIPPED, "has no list of names, reasons and SHA-256");
      }
      HashedImage image = new HashedImage(each.get(0), HashCode.fromString(each.get(2)));
      skips.add(new HashedSkip(image, each.get(1)));
    }
    return skips;
  }

  /** A distance is called FID by what the metadata says, so that it must be whole and fit. */
  private static void requireFeaturesOfFid(Path path, NetworkId network, TensorData rows) {
    if (!network.name().equals(NetworkId.FID_INCEPTION)) {
      return;
    }
    if (!network.weights().matches("[0-9a-f]{64}")) {
      throw CheckpointFormatException.of(
          path,
          "names the weights of "
              + network.name()
              + " '"
              + network.weights()
              + "', expected their SHA-256");
    }
    long width = rows.shape().extent(1);
    if (!network.tap().equals(Long.toString(width))) {
      throw CheckpointFormatException.of(
          path, FEATURES, "has " + width + " columns, but " + network + ", has " + network.tap());
    }
  }

  private static FeatureOrigin origin(Path path, Map<String, String> metadata) {
    String format = metadata.get(FORMAT_KEY);
    if (!FORMAT.equals(format)) {
      throw CheckpointFormatException.of(
          path,
          "is no file of features: its metadata has "
              + FORMAT_KEY
              + " = "
              + format
              + ", expected "
              + FORMAT);
    }
    try {
      return new FeatureOrigin(
          NetworkId.known(
              metadata.getOrDefault(NETWORK_KEY, ""),
              metadata.getOrDefault(TAP_KEY, ""),
              metadata.getOrDefault(WEIGHTS_KEY, "")),
          metadata.getOrDefault(PROTOCOL_KEY, ""));
    } catch (IllegalArgumentException e) {
      throw CheckpointFormatException.of(
          path, "does not say what made its features: " + e.getMessage(), e);
    }
  }

  static TensorData tensor(SafetensorsFile file, String name, DType dtype, int rank) {
    if (!file.contains(name)) {
      throw CheckpointFormatException.of(file.path(), name, "is missing");
    }
    TensorData data = file.tensor(name);
    if (data.dtype() != dtype
        || data.shape().rank() != rank
        || data.byteSize() > (rank == 1 ? Integer.MAX_VALUE - 8 : Long.MAX_VALUE)
        || data.shape().extent(0) > Integer.MAX_VALUE - 8) {
      throw CheckpointFormatException.of(
          file.path(),
          name,
          "is " + data.dtype() + " " + data.shape() + ", expected " + dtype + " of rank " + rank);
    }
    return data;
  }

  private static int width(Path path, TensorData rows) {
    long width = rows.shape().extent(1);
    if (width < 1 || width > MOST_FEATURES) {
      throw CheckpointFormatException.of(path, FEATURES, "has " + width + " columns");
    }
    return (int) width;
  }

  private static List<HashedImage> images(SafetensorsFile file, int count) throws IOException {
    List<String> names = parse(file, IMAGES, new TypeReference<>() {});
    TensorData data = tensor(file, HASHES, DType.U8, 2);
    if (names.size() != count
        || data.shape().extent(0) != count
        || data.shape().extent(1) != HashedImage.HASH_BYTES) {
      throw CheckpointFormatException.of(
          file.path(),
          "has features of "
              + count
              + " images, but "
              + names.size()
              + " names and hashes of "
              + data.shape());
    }
    List<HashedImage> images = new ArrayList<>(count);
    byte[] hash = new byte[HashedImage.HASH_BYTES];
    for (int i = 0; i < count; i++) {
      data.read((long) i * hash.length, ByteBuffer.wrap(hash));
      images.add(new HashedImage(names.get(i), HashCode.fromBytes(hash)));
    }
    return images;
  }

  private static <T> T parse(SafetensorsFile file, String name, TypeReference<T> type)
      throws IOException {
    TensorData data = tensor(file, name, DType.U8, 1);
    byte[] bytes = new byte[(int) data.byteSize()];
    data.read(0, ByteBuffer.wrap(bytes));
    try {
      return JSON.readValue(bytes, type);
    } catch (JsonProcessingException e) {
      throw CheckpointFormatException.of(file.path(), name, "is no JSON of the expected form");
    }
  }
}
