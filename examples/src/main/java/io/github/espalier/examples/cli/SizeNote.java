package io.github.espalier.examples.cli;

import io.github.espalier.core.model.RewriteOptions.StorageFormat;
import io.github.espalier.sd2.checkpoint.CheckpointLayout;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says what pruning did to the size of the files. */
final class SizeNote {
  private SizeNote() {}

  static String of(Sd2Checkpoint source, Path target, StorageFormat format) throws IOException {
    if (format == StorageFormat.DENSE) {
      return "The files are as large as before: zeros are stored like other weights, so that every"
          + " tool reads them (--format sparse stores them smaller).";
    }
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
    return "Files of weights: "
        + Figures.bytes(before)
        + " before, "
        + Figures.bytes(after)
        + " after ("
        + Figures.percent((double) after / Math.max(1, before))
        + "). Only Espalier reads them; 'espalier convert' expands them.";
  }
}
