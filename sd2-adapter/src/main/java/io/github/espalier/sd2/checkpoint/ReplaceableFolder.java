package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.sd2.architecture.FolderFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Keeps an overwrite from deleting a folder that is no checkpoint, such as a mistyped one. */
final class ReplaceableFolder {
  private ReplaceableFolder() {}

  /**
   * Starts a folder.
   *
   * @throws FileAlreadyExistsException if the target exists and may not be replaced, or is neither
   *     empty nor a checkpoint
   */
  static StagedOutput stage(Path target, boolean overwrite) throws IOException {
    if (overwrite && Files.isDirectory(target) && !isCheckpoint(target) && !isEmpty(target)) {
      throw new FileAlreadyExistsException(
          target.toString(), null, "is a folder of other things, no checkpoint to be replaced");
    }
    return StagedOutput.folder(target, overwrite);
  }

  private static boolean isCheckpoint(Path folder) {
    return Files.exists(folder.resolve(FolderFiles.MODEL_INDEX))
        || Files.exists(Provenance.of(folder, CheckpointLayout.DIFFUSERS));
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }
}
