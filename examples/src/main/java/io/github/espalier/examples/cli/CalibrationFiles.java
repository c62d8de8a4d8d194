package io.github.espalier.examples.cli;

import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.calibration.StatisticsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The files of statistics that a plan reads while it is carried out. */
final class CalibrationFiles implements AutoCloseable {
  private final List<StatisticsFile> files = new ArrayList<>();

  private CalibrationFiles() {}

  /** Opens all files, or none. */
  static CalibrationFiles open(List<Path> paths, PrunableModel model) throws IOException {
    CalibrationFiles opened = new CalibrationFiles();
    try {
      for (Path path : paths) {
        opened.files.add(StatisticsFile.open(path, model));
      }
      return opened;
    } catch (IOException | RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }

  /** What the files know of a layer: the first that knows it counts. */
  LayerStatistics statistics() {
    return files.isEmpty() ? LayerStatistics.NONE : this::find;
  }

  private Optional<InputStatistics> find(Layer layer, TensorScope scope) throws IOException {
    for (StatisticsFile file : files) {
      Optional<InputStatistics> found = file.of(layer, scope);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    for (StatisticsFile file : files) {
      file.close();
    }
  }
}
