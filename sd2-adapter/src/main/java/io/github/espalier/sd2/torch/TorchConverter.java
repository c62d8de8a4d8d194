package io.github.espalier.sd2.torch;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.TensorReader;
import io.github.espalier.sd2.safetensors.SafetensorsLayout;
import io.github.espalier.sd2.safetensors.SafetensorsWriter;
import io.github.espalier.sd2.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Converts files of PyTorch to safetensors. No bit of an element changes; the file is the one that
 * {@code safetensors.torch.save_file} writes of the same tensors with the metadata {@code
 * {"format": "pt"}}, byte for byte.
 *
 * <p>Tensors are written contiguous, tied ones under each of their names. Memory does not grow with
 * the file. The target appears whole or not at all, as {@link StagedOutput} says. A conversion that
 * was stopped, even by being killed, leaves {@code .TARGET.espalier-unfinished}; the next one for
 * the same target compares what it has with the source and goes on from the first difference.
 *
 * <p>Stateless.
 */
public final class TorchConverter {
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private TorchConverter() {}

  /**
   * Converts a file.
   *
   * @param source the file of PyTorch
   * @param target the safetensors file; its parent is created if it does not exist
   * @param options what to take, and whether to replace
   * @return what was written and what was left out
   * @throws IllegalArgumentException if the file has no such key, or is the target itself
   * @throws CheckpointFormatException if the file is refused, as {@link TorchFile#open(Path)} says,
   *     or its names or sizes make no safetensors file
   * @throws java.nio.file.FileAlreadyExistsException if the target exists and may not be replaced
   * @throws IOException if reading or writing fails
   */
  public static TorchConversion convert(Path source, Path target, TorchOptions options)
      throws IOException {
    return convert(source, target, options, bytes -> {});
  }

  /**
   * Converts a file, and says how far it has come.
   *
   * @param source the file of PyTorch
   * @param target the safetensors file; its parent is created if it does not exist
   * @param options what to take, and whether to replace
   * @param progress told how many bytes were written, or found to be right, since the last call;
   *     what it throws stops the conversion
   * @return what was written and what was left out
   * @throws IllegalArgumentException as for the conversion without progress
   * @throws CheckpointFormatException as for the conversion without progress
   * @throws IOException as for the conversion without progress
   */
  public static TorchConversion convert(
      Path source, Path target, TorchOptions options, LongConsumer progress) throws IOException {
    try (TorchFile file = TorchFile.open(source, options.key())) {
      if (Files.exists(target) && Files.isSameFile(source, target)) {
        throw new IllegalArgumentException(target + " is the file that is to be converted");
      }
      SafetensorsLayout layout = layout(file);
      try (StagedOutput output = StagedOutput.file(target, options.overwrite())) {
        Path unfinished = unfinished(target);
        try {
          write(file, unfinished, layout, progress);
          file.requireUnchanged();
        } catch (CheckpointFormatException e) {
          Files.deleteIfExists(unfinished);
          throw e;
        }
        Files.move(unfinished, output.staging(), StandardCopyOption.ATOMIC_MOVE);
        output.commit(true);
      }
      return new TorchConversion(
          file.format(), file.tensors(), file.leftOut(), file.dictionaries(), layout.fileSize());
    }
  }

  private static Path unfinished(Path target) {
    return target.resolveSibling("." + target.getFileName() + ".espalier-unfinished");
  }

  private static SafetensorsLayout layout(TorchFile file) {
    try {
      return SafetensorsLayout.modern(file.tensors(), METADATA);
    } catch (IllegalArgumentException e) {
      throw CheckpointFormatException.of(
          file.path(), "makes no safetensors file: " + e.getMessage(), e);
    }
  }

  private static void write(
      TorchFile file, Path unfinished, SafetensorsLayout layout, LongConsumer progress)
      throws IOException {
    try (SafetensorsWriter writer = SafetensorsWriter.resume(unfinished, layout)) {
      for (TensorInfo info : layout.header().tensors()) {
        int width = info.dtype().bytes();
        TensorReader.forEachPiece(
            file.tensor(info.name()),
            (element, piece) -> {
              int length = piece.remaining();
              writer.write(info.name(), element * width, piece);
              progress.accept(length);
            });
      }
      writer.finish();
    }
  }
}
