package io.github.espalier.methods.trained;

import io.github.espalier.core.calibration.InputAccumulator;
import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorScope;
import java.util.LinkedHashMap;
import java.util.Map;

/** Gathers the statistics of all layers' inputs while sentences pass through a model. */
final class InputRecorder implements InputTap, AutoCloseable {
  private final Map<Layer, InputAccumulator> accumulators = new LinkedHashMap<>();

  @Override
  public void input(Layer layer, FloatMatrix rows) {
    accumulators
        .computeIfAbsent(
            layer,
            any -> new InputAccumulator(rows.columns(), StatisticsNeed.GRAM, TaskRunner.CALLER))
        .add(rows, 1, 1);
  }

  /** What was gathered, with Gram matrices of the scope. */
  Map<Layer, InputStatistics> statistics(TensorScope scope) {
    Map<Layer, InputStatistics> statistics = new LinkedHashMap<>();
    accumulators.forEach((layer, sums) -> statistics.put(layer, sums.snapshot(scope)));
    return statistics;
  }

  @Override
  public void close() {
    accumulators.values().forEach(InputAccumulator::close);
  }
}
