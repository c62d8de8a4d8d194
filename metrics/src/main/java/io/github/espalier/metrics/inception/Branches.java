package io.github.espalier.metrics.inception;

import com.google.common.collect.ImmutableList;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import java.util.List;

/** Steps of the same input, whose outputs stand side by side: each writes its own channels. */
record Branches(List<Step> steps) implements Step {
  Branches {
    steps = ImmutableList.copyOf(steps);
  }

  static Branches of(Step... steps) {
    return new Branches(List.of(steps));
  }

  @Override
  public int outputs() {
    return steps.stream().mapToInt(Step::outputs).sum();
  }

  @Override
  public int outputHeight(int inputHeight) {
    return steps.get(0).outputHeight(inputHeight);
  }

  @Override
  public int outputWidth(int inputWidth) {
    return steps.get(0).outputWidth(inputWidth);
  }

  @Override
  public void run(Compute compute, FeatureMap input, FeatureMap output) {
    int channel = 0;
    for (Step step : steps) {
      step.run(compute, input, output.channels(channel, step.outputs()));
      channel += step.outputs();
    }
  }
}
