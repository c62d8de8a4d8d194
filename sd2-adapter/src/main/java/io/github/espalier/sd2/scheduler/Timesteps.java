package io.github.espalier.sd2.scheduler;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The timesteps of a run, highest first, as diffusers' {@code set_timesteps} choose them. */
final class Timesteps {
  private Timesteps() {}

  /** The timesteps, before PNDM repeats any: as many as steps, all different. */
  static double[] of(SchedulerConfig config, int steps) {
    int training = config.noiseSchedule().timesteps();
    if (steps < 1 || steps > training) {
      throw new IllegalArgumentException(
          "steps: " + steps + " is not from 1 to " + training + ", the timesteps of training");
    }
    double[] timesteps =
        switch (config.spacing()) {
          case LEADING -> leading(config, training, steps);
          case LINSPACE -> linspace(config.kind(), training, steps);
          case TRAILING -> trailing(training, steps);
        };
    check(config, timesteps, training);
    return timesteps;
  }

  /** The multistep solver counts the end of the last step as one more timestep. */
  private static double[] leading(SchedulerConfig config, int training, int steps) {
    boolean solver = config.kind() == SchedulerKind.DPM_SOLVER_PP_2M;
    int gap = training / (solver ? steps + 1 : steps);
    int first = config.stepsOffset() + (solver ? gap : 0);
    return IntStream.range(0, steps)
        .mapToDouble(i -> first + (double) gap * (steps - 1 - i))
        .toArray();
  }

  private static double[] linspace(SchedulerKind kind, int training, int steps) {
    return switch (kind) {
      case DDIM, PNDM -> even(training, steps).map(Math::rint).toArray();
      case EULER -> even(training, steps).map(t -> (float) t).toArray();
      case DPM_SOLVER_PP_2M -> even(training, steps + 1).map(Math::rint).limit(steps).toArray();
    };
  }

  /** From the last timestep of training to 0; one alone is 0, as numpy has it. */
  private static DoubleStream even(int training, int count) {
    double gap = (training - 1) / Math.max(1.0, count - 1);
    return IntStream.range(0, count)
        .map(i -> count - 1 - i)
        .mapToDouble(i -> i == count - 1 && count > 1 ? training - 1 : i * gap);
  }

  /** The difference of the first two is taken after rounding, as numpy's arange does. */
  private static double[] trailing(int training, int steps) {
    double gap = training - (training - training / (double) steps);
    return IntStream.range(0, steps).mapToDouble(i -> Math.rint(training - i * gap) - 1).toArray();
  }

  private static void check(SchedulerConfig config, double[] timesteps, int training) {
    String run =
        "steps: " + timesteps.length + " with " + config.spacing().configName() + " spacing";
    if (timesteps[0] > training - 1) {
      throw new IllegalArgumentException(
          run
              + " and steps_offset "
              + config.stepsOffset()
              + " begin at timestep "
              + (long) timesteps[0]
              + ", but the last of training is "
              + (training - 1));
    }
    if (Arrays.stream(timesteps).distinct().count() < timesteps.length) {
      throw new IllegalArgumentException(
          run
              + " repeat a timestep: there are too few of training, "
              + training
              + ", for "
              + config.kind().className());
    }
  }
}
