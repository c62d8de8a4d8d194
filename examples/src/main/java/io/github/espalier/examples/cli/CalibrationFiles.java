package io.github.espalier.examples.cli;

import com.google.common.io.Closer;
import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.prune.PruningPlan;
import io.github.espalier.core.prune.PruningStep;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.calibration.CalibrationFingerprint;
import io.github.espalier.sd2.calibration.StatisticsFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The files of statistics that a plan reads while it is carried out. */
final class CalibrationFiles implements Closeable {
  private final Map<String, Entry> byLayer = new HashMap<>();
  private final Closer closer = Closer.create();

  private record Entry(Path path, StatisticsFile file) {}

  private CalibrationFiles() {}

  /** Opens all files, or none. */
  static CalibrationFiles open(List<Path> paths, PrunableModel model) throws IOException {
    CalibrationFiles opened = new CalibrationFiles();
    try {
      for (Path path : paths) {
        StatisticsFile file = StatisticsFile.open(path, model);
        opened.closer.register(file::close);
        opened.add(path, file);
      }
      return opened;
    } catch (IOException | RuntimeException | Error e) {
      try (Closer closer = opened.closer) {
        throw closer.rethrow(e);
      }
    }
  }

  private void add(Path path, StatisticsFile file) {
    for (List<String> layers : file.layers()) {
      for (String layer : layers) {
        Entry before = byLayer.putIfAbsent(layer, new Entry(path, file));
        if (before != null) {
          throw CheckpointFormatException.of(
              path, layer, "has statistics in " + before.path() + " too; give one of the files");
        }
      }
    }
  }

  /** What the files know of a layer. */
  LayerStatistics statistics() {
    return byLayer.isEmpty() ? LayerStatistics.NONE : new Known();
  }

  /** What speaks against pruning by a plan, in one line for each file and component. */
  Set<String> notes(PruningPlan plan) {
    Set<String> notes = new LinkedHashSet<>();
    for (PruningStep step : plan.steps()) {
      byLayer.forEach(
          (layer, entry) -> {
            CalibrationFingerprint fingerprint = entry.file().fingerprint();
            if (layer.startsWith(step.component() + "/")
                && step.sparsity().isPresent()
                && !fingerprint.fits(step.method(), step.sparsity().get(), step.pattern())) {
              notes.add(
                  entry.path()
                      + " has inputs of layers that saw others pruned by "
                      + fingerprint.pruning().orElseThrow()
                      + ", which differs from how "
                      + step.component()
                      + " is pruned now");
            }
          });
    }
    return notes;
  }

  private final class Known implements LayerStatistics {
    @Override
    public Optional<InputStatistics> of(Layer layer, TensorScope scope) throws IOException {
      Entry entry = byLayer.get(layer.qualifiedName());
      return entry == null ? Optional.empty() : entry.file().of(layer, scope);
    }

    @Override
    public String input(Layer layer) {
      Entry entry = byLayer.get(layer.qualifiedName());
      return entry == null ? layer.qualifiedName() : entry.file().input(layer);
    }
  }

  @Override
  public void close() throws IOException {
    closer.close();
  }
}
