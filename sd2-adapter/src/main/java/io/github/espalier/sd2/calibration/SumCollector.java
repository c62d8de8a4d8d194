package io.github.espalier.sd2.calibration;

import io.github.espalier.core.calibration.InputAccumulator;
import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.NonFiniteInputException;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Conv2d;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.LayerTap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sums up the inputs of groups of layers while a network runs. */
final class SumCollector implements LayerTap, AutoCloseable {
  /** Elements that are unfolded at a time. */
  private static final int CHUNK_ELEMENTS = 1 << 20;

  /** About what a task of a Gram matrix does, so that it is worth handing over. */
  private static final double OPERATIONS = 1e8;

  private static final String REMEDY =
      "; repair the checkpoint, whose weights before this layer overflow, or leave the caption out";

  /** Says which part of an input counts. */
  interface Choice {
    /** Leading rows of a sample that count, of all that it has; 0 if the sample does not. */
    int rows(InputGroup group, int sample, int all);

    /** The weight alpha of the samples. */
    double weight(InputGroup group);

    /** The caption that a sample belongs to, for messages. */
    String caption(int sample);
  }

  private record Sums(InputGroup group, InputAccumulator accumulator) {}

  private final Compute compute;
  private final Map<String, Sums> byLeader = new HashMap<>();
  private final Map<InputGroup, InputAccumulator> byGroup = new LinkedHashMap<>();
  private Choice choice;

  SumCollector(List<InputGroup> groups, StatisticsNeed need, Compute compute, Choice choice) {
    this.compute = compute;
    this.choice = choice;
    TaskRunner runner = (tasks, body) -> compute.forEach(tasks, OPERATIONS, body);
    for (InputGroup group : groups) {
      InputAccumulator accumulator = new InputAccumulator(group.width(), need, runner);
      byLeader.put(group.leader().name(), new Sums(group, accumulator));
      byGroup.put(group, accumulator);
    }
  }

  /** Sets what counts from now on. */
  void choose(Choice next) {
    choice = next;
  }

  /** Puts sums back that were saved, into a collector that has none yet. */
  void restore(InputGroup group, InputStatistics saved) {
    accumulator(group).add(saved);
  }

  /** Copies a group's sums, which are rounded on the way: so at fixed points only. */
  InputStatistics snapshot(InputGroup group, TensorScope scope) {
    try {
      return accumulator(group).snapshot(scope);
    } catch (NonFiniteInputException e) {
      throw new PruningException(group.leader(), e.getMessage() + REMEDY, e);
    }
  }

  private InputAccumulator accumulator(InputGroup group) {
    InputAccumulator accumulator = byGroup.get(group);
    if (accumulator == null) {
      throw new IllegalArgumentException("no sums of " + group.leader().qualifiedName());
    }
    return accumulator;
  }

  @Override
  public void input(String layer, FeatureMap input) {
    Sums sums = byLeader.get(layer);
    if (sums != null) {
      addRows(sums, input);
    }
  }

  @Override
  public void convolution(String layer, FeatureMap input, Conv2d.Geometry geometry) {
    Sums sums = byLeader.get(layer);
    if (sums != null) {
      addPatches(sums, input, new Patches(input, geometry));
    }
  }

  private void addRows(Sums sums, FeatureMap input) {
    double weight = choice.weight(sums.group);
    int all = input.pixels();
    for (int sample = 0; sample < input.samples(); sample++) {
      compute.check();
      int count = choice.rows(sums.group, sample, all);
      if (count > 0) {
        FloatMatrix rows = input.values().rows(sample * all, count);
        requireFinite(sums.group, sample, rows);
        add(sums, rows, 1, weight, sample);
      }
    }
  }

  private void addPatches(Sums sums, FeatureMap input, Patches patches) {
    double weight = choice.weight(sums.group);
    int most = Math.max(1, CHUNK_ELEMENTS / patches.size());
    FloatMatrix chunk = compute.take(Math.min(most, patches.positions()), patches.size());
    for (int sample = 0; sample < input.samples(); sample++) {
      int all = patches.positions();
      if (choice.rows(sums.group, sample, all) == 0) {
        continue;
      }
      requireFinite(
          sums.group, sample, input.values().rows(sample * input.pixels(), input.pixels()));
      for (int first = 0; first < all; first += chunk.rows()) {
        compute.check();
        FloatMatrix rows = chunk.rows(0, Math.min(chunk.rows(), all - first));
        patches.unfold(sample, first, rows);
        add(sums, rows, first == 0 ? 1 : 0, weight, sample);
      }
    }
    compute.release(chunk);
  }

  private void add(Sums sums, FloatMatrix rows, int samples, double weight, int sample) {
    try {
      sums.accumulator.add(rows, samples, weight);
    } catch (NonFiniteInputException e) {
      String at = ", found at " + choice.caption(sample);
      throw new PruningException(sums.group.leader(), e.getMessage() + at + REMEDY, e);
    }
  }

  private void requireFinite(InputGroup group, int sample, FloatMatrix rows) {
    float[] row = new float[rows.columns()];
    for (int i = 0; i < rows.rows(); i++) {
      rows.get(i, 0, row, 0, row.length);
      float poison = 0;
      for (float value : row) {
        // Zero times anything but a finite number is NaN.
        poison += 0 * value;
      }
      if (poison != 0) {
        throw notFinite(group, sample, row);
      }
    }
  }

  private PruningException notFinite(InputGroup group, int sample, float[] row) {
    int column = 0;
    while (Float.isFinite(row[column])) {
      column++;
    }
    return new PruningException(
        group.leader(),
        "input " + column + " is " + row[column] + " for " + choice.caption(sample) + REMEDY);
  }

  @Override
  public void close() {
    byGroup.values().forEach(InputAccumulator::close);
  }
}
