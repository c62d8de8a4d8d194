package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.model.CheckpointFormatException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What came out of a range of a configuration's images: scores and features of each, the images
 * that the study keeps, and what pruning did. Its bytes, a zip file, can be sent and stored.
 * Immutable.
 *
 * <p>It has the features themselves and not their sums, since these are larger for less than 1,000
 * images, and sums in the order of images do not depend on how images were divided.
 */
public final class RangeResult {
  private static final String SUMMARY = "range.json";
  private static final String MANIFEST = "manifest.jsonl";
  private static final String SCORES = "scores.jsonl";
  private static final String FEATURES = "features.safetensors";
  private static final String PNG = ".png";

  private final Summary summary;
  private final Map<String, byte[]> files;

  /**
   * What is said of the range as a whole.
   *
   * @param configuration its id
   * @param range which images
   * @param pruned what pruning did
   * @param failure why there are no images
   * @param pruneSeconds how long pruning took, if it was done for this range
   * @param scoreSeconds how long scoring took
   */
  record Summary(
      String configuration,
      ImageRange range,
      PrunedModel pruned,
      @Nullable String failure,
      double pruneSeconds,
      double scoreSeconds) {}

  private RangeResult(Summary summary, Map<String, byte[]> files) {
    this.summary = summary;
    this.files = files;
  }

  static RangeResult failed(Summary summary) {
    return new RangeResult(summary, Map.of());
  }

  /** Puts together a range; what was not wanted is null. */
  static RangeResult of(
      Summary summary,
      List<String> manifest,
      byte @Nullable [] scores,
      byte @Nullable [] features,
      Map<String, byte[]> images) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(MANIFEST, String.join("\n", manifest).getBytes(StandardCharsets.UTF_8));
    if (scores != null) {
      files.put(SCORES, scores);
    }
    if (features != null) {
      files.put(FEATURES, features);
    }
    files.putAll(images);
    return new RangeResult(summary, files);
  }

  /**
   * Reads a result.
   *
   * @param name what a message calls it, such as the file that it was read from
   * @param bytes what {@link #toBytes()} returned
   * @return the result
   * @throws CheckpointFormatException if it is none
   */
  public static RangeResult of(Path name, byte[] bytes) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
      byte[] summary = files.remove(SUMMARY);
      if (summary != null) {
        return new RangeResult(StudyJson.MAPPER.readValue(summary, Summary.class), files);
      }
    } catch (IOException e) {
      throw CheckpointFormatException.of(name, "is no result of a range of images", e);
    }
    throw CheckpointFormatException.of(name, "is no result of a range of images");
  }

  /**
   * Writes the result.
   *
   * @return a zip file
   */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      // Features and images hardly shrink.
      zip.setLevel(Deflater.BEST_SPEED);
      write(zip, SUMMARY, StudyJson.MAPPER.writeValueAsBytes(summary));
      for (Map.Entry<String, byte[]> each : files.entrySet()) {
        write(zip, each.getKey(), each.getValue());
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory can always be written", e);
    }
    return bytes.toByteArray();
  }

  private static void write(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  /**
   * Returns the configuration that the images are of.
   *
   * @return its id
   */
  public String configuration() {
    return summary.configuration();
  }

  /**
   * Returns which images these are.
   *
   * @return their indexes
   */
  public ImageRange range() {
    return summary.range();
  }

  Summary summary() {
    return summary;
  }

  /** A line for each image, in order. */
  List<String> manifest() {
    return new String(files.getOrDefault(MANIFEST, new byte[0]), StandardCharsets.UTF_8)
        .lines()
        .toList();
  }

  /** How long making the images took, the sum over all of them. */
  double imageSeconds() {
    return manifest().stream().mapToDouble(line -> entry(line).path("seconds").asDouble()).sum();
  }

  /** The hashes of the images, in order. */
  List<String> hashes() {
    return manifest().stream().map(line -> entry(line).path("sha256").asText()).toList();
  }

  private static JsonNode entry(String line) {
    try {
      return StudyJson.MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what a manifest had can be read", e);
    }
  }

  /** A file of the pairs' scores; null if that was not wanted. */
  byte @Nullable [] scores() {
    return files.get(SCORES);
  }

  /** A file of features; null if that was not wanted. */
  byte @Nullable [] features() {
    return files.get(FEATURES);
  }

  /** The images that are kept, by name. */
  Map<String, byte[]> images() {
    Map<String, byte[]> images = new LinkedHashMap<>(files);
    images.keySet().removeIf(name -> !name.endsWith(PNG));
    return images;
  }

  @Override
  public String toString() {
    return "images " + summary.range() + " of " + summary.configuration();
  }
}
