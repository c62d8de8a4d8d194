package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.model.Component;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The files of a folder beside the weights in use.
 *
 * @param folders all folders, the outermost first
 * @param carriedOver files that a pruned copy has too
 * @param leftBehind other forms of weights that were pruned, which would still be dense
 */
record FolderInventory(List<Path> folders, List<Path> carriedOver, List<Path> leftBehind) {
  private static final List<String> WEIGHTS =
      List.of(".safetensors", ".bin", ".ckpt", ".pt", ".pth", ".msgpack", ".onnx", ".index.json");

  static FolderInventory of(Path root, Contents contents, List<LayerSource> changed)
      throws IOException {
    Set<Path> inUse = new HashSet<>();
    contents.files().forEach(file -> inUse.add(file.path()));
    Set<Path> pruned = new HashSet<>();
    for (LayerSource layer : changed) {
      Component component = layer.layer().component();
      pruned.add(root.resolve(component.name()));
    }
    List<Path> folders = new ArrayList<>();
    List<Path> carriedOver = new ArrayList<>();
    List<Path> leftBehind = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (!folder.equals(root) && folder.getFileName().toString().startsWith(".")) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            folders.add(folder);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (inUse.contains(file) || !Files.isRegularFile(file)) {
              return FileVisitResult.CONTINUE;
            }
            if (file.equals(Provenance.of(root, CheckpointLayout.DIFFUSERS))) {
              return FileVisitResult.CONTINUE;
            }
            if (pruned.contains(file.getParent()) && isOtherWeights(file)) {
              leftBehind.add(file);
            } else {
              carriedOver.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          private boolean isOtherWeights(Path file) {
            String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
            return !contents.indexes().contains(file) && WEIGHTS.stream().anyMatch(name::endsWith);
          }
        });
    return new FolderInventory(folders, carriedOver, leftBehind);
  }
}
