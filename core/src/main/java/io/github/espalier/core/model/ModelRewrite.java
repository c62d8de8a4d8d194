package io.github.espalier.core.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A copy of a model in progress, in which some layers change.
 *
 * <p>Everything that does not change is copied by {@link #copies()}; the changed layers are written
 * by {@link #write}. Copies and layers may run in any order and on many threads, since each byte of
 * the output has a place of its own. Nothing is visible at the target before {@link #commit};
 * closing without a commit removes what was written.
 */
public interface ModelRewrite extends AutoCloseable {
  /** A piece of the model to be copied unchanged. */
  interface Copy {
    /**
     * Returns the size of the piece.
     *
     * @return bytes
     */
    long bytes();

    /**
     * Copies the piece.
     *
     * @param progress told after each few megabytes how many bytes were copied since the last call,
     *     {@link #bytes()} in all; may throw to stop the copy
     * @throws IOException if reading or writing fails
     */
    void run(LongConsumer progress) throws IOException;
  }

  /**
   * Returns the pieces to be copied unchanged.
   *
   * @return each to be run exactly once, on any thread
   */
  List<Copy> copies();

  /**
   * Writes a part of a changed layer. The parts of one layer must come in order, without gaps, from
   * one thread; different layers may be written by different threads at the same time.
   *
   * @param layer one of the layers announced at the start
   * @param byteOffset where the part begins, counted from the layer's first byte
   * @param bytes the new content, in the layer's element type
   * @throws IOException if writing fails
   */
  void write(Layer layer, long byteOffset, ByteBuffer bytes) throws IOException;

  /**
   * Makes the copy appear at its target, whole.
   *
   * @param provenance JSON text that says how the model was made, kept beside the weights
   * @throws CheckpointFormatException if the source changed in the meantime
   * @throws IOException if a file cannot be written or moved
   */
  void commit(String provenance) throws IOException;

  /**
   * Removes what was written unless it was committed.
   *
   * @throws IOException if something cannot be removed
   */
  @Override
  void close() throws IOException;
}
