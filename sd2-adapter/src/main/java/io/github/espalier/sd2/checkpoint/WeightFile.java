package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.safetensors.SafetensorsHeader;
import io.github.espalier.sd2.sparse.SparseFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file of weights as the dense safetensors file that it is or stands for.
 *
 * <p>Safe for use by many threads while open.
 */
interface WeightFile extends AutoCloseable {
  /** Returns where the file is. */
  Path path();

  /** Returns the header of the dense file. */
  SafetensorsHeader header();

  /** Returns a tensor's elements. */
  TensorData tensor(String name);

  /** Copies bytes of the dense file, header included, to the same place of another file. */
  void copy(long position, long length, FileChannel target) throws IOException;

  /** Fails if the file is not the one that was opened any more. */
  void requireUnchanged() throws IOException;

  @Override
  void close() throws IOException;

  /** Opens a file of either kind. */
  static WeightFile open(Path path) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      return SparseFile.isSparse(file.header())
          ? new SparseWeightFile(SparseFile.of(file))
          : new DenseWeightFile(file);
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }
}
