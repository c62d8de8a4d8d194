package io.github.espalier.examples.study.run;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.espalier.core.io.StagedOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The results of a configuration's ranges that are known, each in a file of its own, which is there
 * whole or not at all. For one thread at a time.
 */
final class RangeFiles {
  private static final String ENDING = ".zip";

  private final Path folder;
  private final int images;
  private final Map<Integer, ImageRange> known = new TreeMap<>();

  private RangeFiles(Path folder, int images) {
    this.folder = folder;
    this.images = images;
  }

  /** Opens a folder, or begins one. */
  static RangeFiles open(Path folder, int images) throws IOException {
    RangeFiles files = new RangeFiles(folder, images);
    Files.createDirectories(folder);
    try (Stream<Path> found = Files.list(folder)) {
      for (Path file : found.filter(each -> isResult(each)).sorted().toList()) {
        ImageRange range = RangeResult.of(file, Files.readAllBytes(file)).range();
        if (files.isNew(range)) {
          files.known.put(range.first(), range);
        }
      }
    }
    return files;
  }

  private static boolean isResult(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(ENDING) && !name.startsWith(".");
  }

  private Path file(ImageRange range) {
    return folder.resolve(
        String.format(Locale.ROOT, "%06d-%06d%s", range.first(), range.end(), ENDING));
  }

  private boolean isNew(ImageRange range) {
    return range.end() <= images
        && known.values().stream()
            .noneMatch(each -> each.first() < range.end() && range.first() < each.end());
  }

  /** Stores a result, unless images of it are known already. */
  boolean add(RangeResult result) throws IOException {
    if (!isNew(result.range())) {
      return false;
    }
    StagedOutput.write(file(result.range()), result.toBytes());
    known.put(result.range().first(), result.range());
    return true;
  }

  /** How many images are known. */
  int count() {
    return known.values().stream().mapToInt(ImageRange::size).sum();
  }

  /** The images that are not known, in at most so many ranges, or a few more beside known ones. */
  List<ImageRange> missing(int partitions) {
    List<ImageRange> missing = new ArrayList<>();
    for (ImageRange wanted : ImageRange.divide(images, partitions)) {
      int first = wanted.first();
      for (ImageRange each : known.values()) {
        if (each.end() > first && each.first() < wanted.end()) {
          if (each.first() > first) {
            missing.add(new ImageRange(first, each.first()));
          }
          first = each.end();
        }
      }
      if (first < wanted.end()) {
        missing.add(new ImageRange(first, wanted.end()));
      }
    }
    return missing;
  }

  /** Reads a result; only one need be in memory. */
  RangeResult read(ImageRange range) throws IOException {
    return RangeResult.of(file(range), Files.readAllBytes(file(range)));
  }

  /** The known ranges, in order. */
  List<ImageRange> ranges() {
    return List.copyOf(known.values());
  }

  /** Deletes the folder, once its results are in the journal. */
  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
