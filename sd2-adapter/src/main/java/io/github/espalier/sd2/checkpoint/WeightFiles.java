package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.safetensors.ShardMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files that hold a component's weights in the diffusers layout.
 *
 * @param files one, or the shards in order
 * @param index the file that names the shards, if there are several
 * @param shards the index, parsed
 * @param note which variant was chosen, if the caller did not ask for it
 */
record WeightFiles(
    List<Path> files, Optional<Path> index, Optional<ShardMap> shards, Optional<String> note) {
  private static final String EXTENSION = ".safetensors";

  /**
   * Finds a component's weights.
   *
   * @param folder the component's folder
   * @param stem how the file names begin
   * @param variant empty for the plain files, or for the only variant if there are none
   */
  static WeightFiles find(Path folder, String stem, String variant) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw CheckpointFormatException.of(folder, "is missing from the checkpoint");
    }
    Optional<WeightFiles> exact = exactly(folder, stem, variant);
    if (exact.isPresent()) {
      return exact.get();
    }
    TreeSet<String> variants = variants(folder, stem);
    if (variant.isEmpty() && variants.size() == 1) {
      String only = variants.first();
      WeightFiles found =
          exactly(folder, stem, only).orElseThrow(() -> missing(folder, stem, only, variants));
      return new WeightFiles(
          found.files,
          found.index,
          found.shards,
          Optional.of(folder.getFileName() + " has only the variant '" + only + "'"));
    }
    throw missing(folder, stem, variant, variants);
  }

  private static Optional<WeightFiles> exactly(Path folder, String stem, String variant)
      throws IOException {
    String infix = variant.isEmpty() ? "" : "." + variant;
    Path whole = folder.resolve(stem + infix + EXTENSION);
    if (Files.exists(whole)) {
      return Optional.of(
          new WeightFiles(List.of(whole), Optional.empty(), Optional.empty(), Optional.empty()));
    }
    // diffusers writes the variant after "index"; older releases wrote it before ".safetensors".
    for (String name :
        List.of(
            stem + EXTENSION + ".index" + infix + ".json",
            stem + infix + EXTENSION + ".index.json")) {
      Path index = folder.resolve(name);
      if (Files.exists(index)) {
        ShardMap shards = ShardMap.read(index);
        return Optional.of(
            new WeightFiles(
                shards.files(), Optional.of(index), Optional.of(shards), Optional.empty()));
      }
    }
    return Optional.empty();
  }

  private static TreeSet<String> variants(Path folder, String stem) throws IOException {
    Pattern pattern =
        Pattern.compile(
            Pattern.quote(stem)
                + "(?:\\.([A-Za-z0-9_]+)\\.safetensors"
                + "|\\.safetensors\\.index\\.([A-Za-z0-9_]+)\\.json"
                + "|\\.([A-Za-z0-9_]+)\\.safetensors\\.index\\.json)");
    TreeSet<String> variants = new TreeSet<>();
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.toList()) {
        Matcher matcher = pattern.matcher(entry.getFileName().toString());
        if (matcher.matches()) {
          for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null) {
              variants.add(matcher.group(group));
            }
          }
        }
      }
    }
    return variants;
  }

  private static CheckpointFormatException missing(
      Path folder, String stem, String variant, TreeSet<String> variants) {
    String wanted = stem + (variant.isEmpty() ? "" : "." + variant) + EXTENSION;
    String problem = "has no " + wanted;
    if (!variants.isEmpty()) {
      problem += "; it has the variants " + String.join(", ", variants) + ", choose one";
    }
    for (String pickle : List.of(stem + ".bin", "pytorch_model.bin", stem + ".ckpt")) {
      if (Files.exists(folder.resolve(pickle))) {
        problem +=
            "; "
                + pickle
                + " is a pickle, which can run any code when it is loaded, so Espalier does not;"
                + " save it as .safetensors first";
        break;
      }
    }
    return CheckpointFormatException.of(folder, problem);
  }

  /** Checks that the index and the shards agree about every tensor. */
  void requireIndexed(Map<String, WeightFile> holders) {
    if (shards.isEmpty() || index.isEmpty()) {
      return;
    }
    Map<String, Path> map = shards.get().fileOf();
    map.forEach(
        (name, file) -> {
          WeightFile holder = holders.get(name);
          if (holder == null || !holder.path().equals(file)) {
            throw CheckpointFormatException.of(
                index.get(), name, "is mapped to " + file.getFileName() + ", which lacks it");
          }
        });
    holders.forEach(
        (name, file) -> {
          if (!map.containsKey(name)) {
            throw CheckpointFormatException.of(
                file.path(), name, "is not in the index " + index.get().getFileName());
          }
        });
  }
}
