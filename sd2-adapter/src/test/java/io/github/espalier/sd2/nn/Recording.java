package io.github.espalier.sd2.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps what flows through a network, and compares it with a golden run. */
public final class Recording implements LayerTap {
  private final Map<String, Recorded> inputs = new HashMap<>();
  private final Map<String, Recorded> outputs = new HashMap<>();
  private final List<String> order = new ArrayList<>();

  private static final class Recorded {
    final float[] values;
    final int samples;
    final int pixels;

    Recorded(FeatureMap map) {
      values = map.values().toArray();
      samples = map.samples();
      pixels = map.pixels();
    }
  }

  @Override
  public void input(String layer, FeatureMap input) {
    order.add(layer);
    put(inputs, layer, input);
  }

  @Override
  public void output(String module, FeatureMap output) {
    put(outputs, module, output);
  }

  /** Names of the layers that were run, in the order of the computation. */
  public List<String> layers() {
    return List.copyOf(order);
  }

  private static void put(Map<String, Recorded> kept, String name, FeatureMap map) {
    assertThat(kept.put(name, new Recorded(map))).as("%s is reported twice", name).isNull();
  }

  /** Compares a module's output with other numbers than the run's. */
  public double assertOutput(ModelRun run, String module, double[] expected, double tolerance) {
    return compare(
        run, outputs, run.isChannelsFirst("outputs", module), module, expected, tolerance);
  }

  /** Compares all known outputs of modules but some; returns the largest error. */
  public double assertOutputs(ModelRun run, List<String> without, double tolerance) {
    double largest = 0;
    for (String module : run.outputs()) {
      if (!without.contains(module)) {
        largest = Math.max(largest, assertOutput(run, module, run.output(module), tolerance));
      }
    }
    return largest;
  }

  /** Compares all known inputs of layers; returns the largest error. */
  public double assertInputs(ModelRun run, double tolerance) {
    double largest = 0;
    for (String layer : run.taps()) {
      double error =
          compare(
              run,
              inputs,
              run.isChannelsFirst("taps", layer),
              layer + ".weight",
              run.tap(layer),
              tolerance);
      largest = Math.max(largest, error);
    }
    return largest;
  }

  /**
   * Compares the input of the last convolution with the output of the norm before it, which
   * Espalier never has without the SiLU.
   */
  public double assertLastNorm(ModelRun run, String norm, String convolution, double tolerance) {
    double[] expected = run.output(norm);
    for (int i = 0; i < expected.length; i++) {
      expected[i] = expected[i] / (1 + Math.exp(-expected[i]));
    }
    return compare(run, inputs, true, convolution + ".weight", expected, tolerance);
  }

  private static double compare(
      ModelRun run,
      Map<String, Recorded> kept,
      boolean channelsFirst,
      String name,
      double[] expected,
      double tolerance) {
    Recorded recorded = kept.get(name);
    if (recorded == null) {
      throw new AssertionError(name + " was not reported");
    }
    float[] values = recorded.values;
    if (channelsFirst) {
      values = FormulaParameters.channelsFirst(values, recorded.samples, recorded.pixels);
    } else if (values.length < expected.length) {
      values = repeated(values, expected.length);
    }
    return Closeness.assertClose(run + " " + name, values, expected, tolerance);
  }

  /** What depends on the timestep alone is there once for all samples; diffusers has copies. */
  private static float[] repeated(float[] values, int length) {
    float[] all = new float[length];
    VectorMath.repeat(values, values.length, length / values.length, all);
    return all;
  }
}
