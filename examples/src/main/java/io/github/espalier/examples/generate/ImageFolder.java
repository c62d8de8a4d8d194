package io.github.espalier.examples.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.sd2.image.PngFile;
import io.github.espalier.sd2.pipeline.GeneratedImage;
import io.github.espalier.sd2.pipeline.ImageRequest;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A folder of images with a manifest, which a stopped run leaves so that the next one goes on. One
 * run at a time; others are kept out.
 *
 * <p>An image is stored before its line in the manifest. It counts as finished if it has a line and
 * the bytes that the line names; anything else is made again. For one thread at a time.
 */
public final class ImageFolder implements AutoCloseable {
  /** The most images that a folder can hold. */
  public static final int MOST_IMAGES = 100_000;

  private static final String ANEW = "choose another --out, or pass --overwrite to start anew";

  private final Path folder;
  private final RunSettings settings;
  private final Manifest manifest;
  private final StagedOutput lock;
  private final Map<Integer, ObjectNode> entries = new TreeMap<>();

  private ImageFolder(Path folder, RunSettings settings, StagedOutput lock) {
    this.folder = folder;
    this.settings = settings;
    this.manifest = new Manifest(folder);
    this.lock = lock;
  }

  /**
   * Opens a folder, which is created if there is none.
   *
   * @param folder the folder
   * @param settings what all its images are made with
   * @param requests its images
   * @param overwrite whether images that were made of something else are deleted
   * @return the folder, which other runs are kept out of until it is closed
   * @throws IOException if it holds images of something else, or something else than images, or
   *     another run is writing it, or it cannot be read or written
   */
  public static ImageFolder open(
      Path folder, RunSettings settings, List<ImageRequest> requests, boolean overwrite)
      throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    requireOwn(folder, overwrite);
    StagedOutput lock = StagedOutput.file(folder.resolve(Manifest.NAME), true);
    ImageFolder opened = new ImageFolder(folder, settings, lock);
    try {
      if (overwrite) {
        opened.clear();
      } else {
        opened.resume(requests);
      }
    } catch (IOException | RuntimeException | Error e) {
      lock.close();
      throw e;
    }
    return opened;
  }

  /** A folder that holds other things is not touched. */
  private static void requireOwn(Path folder, boolean overwrite) throws IOException {
    if (overwrite || !Files.exists(folder) || Files.exists(folder.resolve(Manifest.NAME))) {
      return;
    }
    try (Stream<Path> found = Files.list(folder)) {
      boolean empty = found.allMatch(file -> file.getFileName().toString().contains(".espalier-"));
      if (!empty) {
        throw new FileSystemException(
            folder.toString(),
            null,
            "holds files, but no "
                + Manifest.NAME
                + " of images; choose another --out, or pass --overwrite to add images to it");
      }
    }
  }

  /** Deletes the images that the manifest lists, and their sheet. Without one nothing goes. */
  private void clear() throws IOException {
    for (int index : indexesThere()) {
      Files.deleteIfExists(file(index));
    }
    if (Files.exists(manifest.file())) {
      Files.deleteIfExists(folder.resolve(ContactSheet.NAME));
    }
    manifest.rewrite(List.of(), lock.staging());
  }

  private Set<Integer> indexesThere() throws IOException {
    try {
      return manifest.read().keySet();
    } catch (FileSystemException e) {
      return Set.of();
    }
  }

  private void resume(List<ImageRequest> requests) throws IOException {
    for (ObjectNode entry : manifest.read().values()) {
      requireSettings(entry.path("settings"));
      int index = entry.path("index").asInt();
      if (index < requests.size() && !Manifest.isFor(entry, requests.get(index))) {
        throw new FileSystemException(
            file(index).toString(),
            null,
            "was made of another prompt, negative prompt or seed; " + ANEW);
      }
      if (isWhole(entry, file(index))) {
        entries.put(index, entry);
      }
    }
    if (!manifest.isExactly(entries.values())) {
      manifest.rewrite(entries.values(), lock.staging());
    }
  }

  private void requireSettings(JsonNode there) throws IOException {
    ObjectNode here = settings.json();
    if (there.equals(here)) {
      return;
    }
    List<String> differences = new ArrayList<>();
    Set<String> names = new TreeSet<>();
    here.fieldNames().forEachRemaining(names::add);
    there.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      if (!here.path(name).equals(there.path(name))) {
        differences.add(
            name.equals("checkpoint_sha256")
                ? "another checkpoint"
                : name + " " + there.path(name).asText() + ", now " + here.path(name).asText());
      }
    }
    throw new FileSystemException(
        folder.toString(),
        null,
        "holds images that were made otherwise (" + String.join("; ", differences) + "); " + ANEW);
  }

  private static boolean isWhole(ObjectNode entry, Path file) throws IOException {
    return Files.isRegularFile(file)
        && Hashes.of(Files.readAllBytes(file)).equals(entry.path("sha256").asText());
  }

  /**
   * Returns which images are finished.
   *
   * @return their indexes
   */
  public Set<Integer> finished() {
    return Set.copyOf(entries.keySet());
  }

  /**
   * Returns where an image is or will be.
   *
   * @param index its place in the list, from 0
   * @return a PNG file whose names sort as the indexes do
   */
  public Path file(int index) {
    return folder.resolve(String.format(Locale.ROOT, "%05d.png", index));
  }

  /**
   * Stores an image.
   *
   * @param index its place in the list, from 0
   * @param image the image
   * @param seconds how long it took
   * @throws IOException if it cannot be written
   */
  public void store(int index, GeneratedImage image, double seconds) throws IOException {
    Path file = file(index);
    byte[] png = PngFile.encode(image.image(), settings.texts(image.request()));
    StagedOutput.write(file, png);
    String name = file.getFileName().toString();
    ObjectNode entry = Manifest.entry(index, image, name, Hashes.of(png), seconds);
    entry.set("settings", settings.json());
    manifest.append(entry);
    entries.put(index, entry);
  }

  /** Lets other runs in. A folder without any image is as it was before. */
  @Override
  public void close() throws IOException {
    if (entries.isEmpty()) {
      Files.deleteIfExists(manifest.file());
    }
    lock.close();
  }
}
