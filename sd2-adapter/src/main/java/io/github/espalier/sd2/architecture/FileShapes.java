package io.github.espalier.sd2.architecture;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.Shape;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntFunction;

/** Looks up the shapes of a file's tensors; what is not there is an error of the file. */
final class FileShapes {
  private final Path file;
  private final Map<String, Shape> tensors;

  FileShapes(Path file, Map<String, Shape> tensors) {
    this.file = file;
    this.tensors = tensors;
  }

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  boolean hasAnyUnder(String prefix) {
    return tensors.keySet().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /** The number of tensors that a numbered name finds, from 0 without a gap. */
  int count(IntFunction<String> name) {
    int count = 0;
    while (has(name.apply(count))) {
      count++;
    }
    return count;
  }

  int rank(String name) {
    return shape(name).rank();
  }

  int extent(String name, int dimension) {
    Shape shape = shape(name);
    if (dimension >= shape.rank()) {
      throw problem(
          name, "found shape " + shape + ", expected at least " + (dimension + 1) + " dimensions");
    }
    long extent = shape.extent(dimension);
    if (extent < 1 || extent > Integer.MAX_VALUE) {
      throw problem(name, "found shape " + shape + ", expected extents from 1 to 2^31-1");
    }
    return (int) extent;
  }

  CheckpointFormatException problem(String name, String problem) {
    return CheckpointFormatException.of(file, name, problem);
  }

  CheckpointFormatException problem(String problem) {
    return CheckpointFormatException.of(file, problem);
  }

  private Shape shape(String name) {
    Shape shape = tensors.get(name);
    if (shape == null) {
      throw problem(name, "missing, expected in a single file of Stable Diffusion 1 or 2");
    }
    return shape;
  }
}
