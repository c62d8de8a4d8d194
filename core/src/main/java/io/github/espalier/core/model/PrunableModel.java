package io.github.espalier.core.model;

import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A model whose layers can be read, and of which a pruned copy can be written.
 *
 * <p>Reading is safe from many threads. A model must stay open as long as anything read from it is
 * in use.
 */
public interface PrunableModel extends AutoCloseable {
  /**
   * Returns where the model comes from.
   *
   * @return a file or folder
   */
  Path source();

  /**
   * Returns all parameter tensors of the components that can be pruned, in file order.
   *
   * @return the layers, of all kinds
   */
  List<Layer> layers();

  /**
   * Returns a layer's weights as stored.
   *
   * @param layer one of {@link #layers()}
   * @return a view that reads from the model
   * @throws IllegalArgumentException if the layer is not of this model
   */
  TensorData weights(Layer layer);

  /**
   * Starts a pruned copy.
   *
   * @param target what to create; does not appear before {@link ModelRewrite#commit}
   * @param pruned the layers that will be written anew
   * @param options how to write
   * @return the copy in progress
   * @throws java.nio.file.FileAlreadyExistsException if the target exists and may not be replaced
   * @throws IOException if the target cannot be created
   */
  ModelRewrite rewrite(Path target, List<Layer> pruned, RewriteOptions options) throws IOException;

  /**
   * Closes the files.
   *
   * @throws IOException if that fails
   */
  @Override
  void close() throws IOException;
}
