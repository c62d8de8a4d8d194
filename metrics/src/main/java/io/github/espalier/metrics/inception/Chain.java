package io.github.espalier.metrics.inception;

import com.google.common.collect.ImmutableList;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FeatureMap;
import java.util.List;

/**
 * Steps one after another.
 *
 * @param first sees the input
 * @param between what lies between the first and the last
 * @param last makes the output
 */
record Chain(Step first, List<Step> between, Step last) implements Step {
  Chain {
    between = ImmutableList.copyOf(between);
  }

  static Chain of(Step first, Step second, Step... more) {
    ImmutableList<Step> steps = ImmutableList.<Step>builder().add(second).add(more).build();
    int last = steps.size() - 1;
    return new Chain(first, steps.subList(0, last), steps.get(last));
  }

  @Override
  public int outputs() {
    return last.outputs();
  }

  @Override
  public int outputHeight(int inputHeight) {
    int height = first.outputHeight(inputHeight);
    for (Step step : between) {
      height = step.outputHeight(height);
    }
    return last.outputHeight(height);
  }

  @Override
  public int outputWidth(int inputWidth) {
    int width = first.outputWidth(inputWidth);
    for (Step step : between) {
      width = step.outputWidth(width);
    }
    return last.outputWidth(width);
  }

  @Override
  public void run(Compute compute, FeatureMap input, FeatureMap output) {
    FeatureMap maps = first.run(compute, input);
    for (Step step : between) {
      FeatureMap next = step.run(compute, maps);
      compute.release(maps.values());
      maps = next;
    }
    last.run(compute, maps, output);
    compute.release(maps.values());
  }
}
