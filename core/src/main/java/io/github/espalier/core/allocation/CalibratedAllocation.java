package io.github.espalier.core.allocation;

import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.sparsity.Sparsity;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** An allocation that brings its statistics. */
record CalibratedAllocation(SparsityAllocation rule, LayerStatistics calibration)
    implements SparsityAllocation {
  @Override
  public String name() {
    return rule.name();
  }

  @Override
  public String settings() {
    return rule.settings();
  }

  @Override
  public String source() {
    return rule.source();
  }

  @Override
  public Map<String, String> options() {
    return rule.options();
  }

  @Override
  public SparsityAllocation with(String option, String value) {
    return new CalibratedAllocation(rule.with(option, value), calibration);
  }

  @Override
  public boolean meetsBudget() {
    return rule.meetsBudget();
  }

  @Override
  public List<Sparsity> allocate(List<WeightedLayer> layers, Sparsity budget) throws IOException {
    return rule.allocate(
        layers.stream()
            .map(each -> new WeightedLayer(each.layer(), each.data(), calibration))
            .toList(),
        budget);
  }
}
