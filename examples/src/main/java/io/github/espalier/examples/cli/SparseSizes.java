package io.github.espalier.examples.cli;

import io.github.espalier.sd2.checkpoint.CheckpointLayout;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What storing zeros sparsely did to the size of the files of weights.
 *
 * @param before bytes of the source's files
 * @param after bytes of the files that replace them
 */
record SparseSizes(long before, long after) {
  static SparseSizes of(Sd2Checkpoint source, Path target) throws IOException {
    long before = 0;
    long after = 0;
    for (Path file : source.weightFiles()) {
      before += Files.size(file);
      after +=
          Files.size(
              source.layout() == CheckpointLayout.SINGLE_FILE
                  ? target
                  : target.resolve(source.source().relativize(file).toString()));
    }
    return new SparseSizes(before, after);
  }

  String note() {
    String share = Figures.percent((double) after / Math.max(1, before));
    String readers = "Only Espalier reads them; 'espalier convert' expands them.";
    return after > before
        ? "The files of weights grew to "
            + share
            + ": with few zeros or small layers the sparse format costs more than it saves. Without"
            + " --format sparse every tool reads them. "
            + readers
        : "The files of weights have " + share + " of their former size. " + readers;
  }
}
