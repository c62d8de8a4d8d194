package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.ModelRewrite;
import io.github.espalier.core.model.RewriteOptions;
import io.github.espalier.core.model.RewriteOptions.StorageFormat;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.sparse.SparseWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A pruned copy of a checkpoint in progress, in the checkpoint's own layout. */
final class CheckpointRewrite implements ModelRewrite {
  private final Path source;
  private final Contents contents;
  private final Path target;
  private final RewriteOptions options;
  private final StagedOutput output;
  private final List<RewrittenFile> rewritten = new ArrayList<>();
  private final List<Copy> copies = new ArrayList<>();
  private final Map<Layer, Destination> destinations = new HashMap<>();

  private @Nullable Flusher flusher;

  private record Destination(RewrittenFile file, LayerSource layer) {}

  private CheckpointRewrite(
      Path source, Contents contents, Path target, RewriteOptions options, StagedOutput output) {
    this.source = source;
    this.contents = contents;
    this.target = target;
    this.options = options;
    this.output = output;
  }

  static CheckpointRewrite start(
      Path source,
      Contents contents,
      List<LayerSource> changed,
      Path target,
      RewriteOptions options)
      throws IOException {
    boolean folder = contents.layout() == CheckpointLayout.DIFFUSERS;
    requireApart(source, target);
    if (!folder && !target.toString().endsWith(".safetensors")) {
      throw new IllegalArgumentException(
          "output " + target + " must end in .safetensors, since the source is a single file");
    }
    StagedOutput output =
        folder
            ? ReplaceableFolder.stage(target, options.overwrite())
            : StagedOutput.file(target, options.overwrite());
    CheckpointRewrite rewrite = new CheckpointRewrite(source, contents, target, options, output);
    try {
      if (folder) {
        rewrite.planFolder(changed);
      } else {
        rewrite.plan(contents.files().get(0), output.staging(), changed);
      }
      rewrite.requireSpace();
      if (options.durable()) {
        rewrite.flusher = Flusher.start(rewrite.rewritten);
      }
      return rewrite;
    } catch (IOException | RuntimeException | Error e) {
      rewrite.close();
      throw e;
    }
  }

  /** Refuses to write a checkpoint over or into itself, or around itself. */
  private static void requireApart(Path source, Path target) throws IOException {
    Path from = source.toRealPath();
    Path to = realPath(target);
    if (from.equals(to)
        || (Files.isDirectory(from) && to.startsWith(from))
        || from.startsWith(to)) {
      throw new IllegalArgumentException(
          "output " + target + " overlaps the source " + source + "; choose another place");
    }
  }

  private static Path realPath(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    if (Files.exists(absolute)) {
      return absolute.toRealPath();
    }
    Path parent = absolute.getParent();
    return parent == null ? absolute : realPath(parent).resolve(absolute.getFileName());
  }

  private void planFolder(List<LayerSource> changed) throws IOException {
    FolderInventory inventory = FolderInventory.of(source, contents, changed);
    for (Path folder : inventory.folders()) {
      Files.createDirectories(output.staging().resolve(source.relativize(folder).toString()));
    }
    for (WeightFile file : contents.files()) {
      Path place = output.staging().resolve(source.relativize(file.path()).toString());
      plan(file, place, changed);
    }
    for (Path file : inventory.carriedOver()) {
      Path place = output.staging().resolve(source.relativize(file).toString());
      copies.add(CopiedFile.of(file, place));
    }
  }

  private void plan(WeightFile file, Path place, List<LayerSource> changed) throws IOException {
    List<LayerSource> layers = changed.stream().filter(layer -> layer.file() == file).toList();
    if (layers.isEmpty() && !(file instanceof SparseWeightFile)) {
      copies.add(CopiedFile.of(file.path(), place));
      return;
    }
    RewrittenFile copy = new RewrittenFile(file, place, layers);
    rewritten.add(copy);
    copies.addAll(copy.copies());
    layers.forEach(layer -> destinations.put(layer.layer(), new Destination(copy, layer)));
  }

  private void requireSpace() throws IOException {
    long needed =
        copies.stream().mapToLong(Copy::bytes).sum()
            + destinations.values().stream()
                .mapToLong(each -> each.layer().end() - each.layer().begin())
                .sum();
    Path staging = output.staging();
    FileStore store = Files.getFileStore(Files.exists(staging) ? staging : parentOf(staging));
    long usable = store.getUsableSpace();
    if (usable < needed) {
      throw new IOException(
          target + " needs " + needed + " bytes, but only " + usable + " are free on its device");
    }
  }

  private static Path parentOf(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    return parent == null ? path : parent;
  }

  @Override
  public List<Copy> copies() {
    return List.copyOf(copies);
  }

  @Override
  public void write(Layer layer, long byteOffset, ByteBuffer bytes) throws IOException {
    Destination destination = destinations.get(layer);
    if (destination == null) {
      throw new IllegalArgumentException(
          "layer " + layer.qualifiedName() + " was not announced as changed");
    }
    destination.file().write(destination.layer(), byteOffset, bytes);
  }

  @Override
  public void commit(String provenance) throws IOException {
    closeFiles();
    for (WeightFile file : contents.files()) {
      file.requireUnchanged();
    }
    if (options.format() == StorageFormat.SPARSE) {
      for (RewrittenFile file : rewritten) {
        makeSparse(file.target());
      }
    }
    byte[] record = Provenance.ofPruning(provenance, source, contents);
    if (contents.layout() == CheckpointLayout.DIFFUSERS) {
      Files.write(Provenance.of(output.staging(), contents.layout()), record);
      output.commit(options.durable());
    } else {
      output.commit(options.durable());
      StagedOutput.write(Provenance.of(target, contents.layout()), record);
    }
  }

  private static void makeSparse(Path dense) throws IOException {
    Path sparse = dense.resolveSibling(dense.getFileName() + ".sparse");
    try (SafetensorsFile file = SafetensorsFile.open(dense)) {
      SparseWriter.write(file, sparse);
    }
    Files.move(sparse, dense, StandardCopyOption.REPLACE_EXISTING);
  }

  private void closeFiles() throws IOException {
    Flusher running = flusher;
    flusher = null;
    if (running != null) {
      running.close();
    }
    for (RewrittenFile file : rewritten) {
      file.close();
    }
  }

  @Override
  public void close() throws IOException {
    try (output) {
      closeFiles();
    }
  }
}
