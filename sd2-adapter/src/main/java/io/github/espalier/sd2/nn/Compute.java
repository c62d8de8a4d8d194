package io.github.espalier.sd2.nn;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Workspace;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a network runs on: threads, memory for its intermediate results, and those who watch.
 *
 * <p>The methods {@code with...} return another view of the same threads and memory; closing any of
 * them closes both. A compute serves one network run at a time. A run that ends by an exception
 * does not release its matrices; close the compute then.
 */
public final class Compute implements AutoCloseable {
  /** Below so many operations a task is done sooner than handed over. */
  private static final double WORTH_SHARING = 4e5;

  private final Crew crew;
  private final Workspace workspace;
  private final @Nullable LayerTap tap;
  private final @Nullable OperationTimes times;
  private final Runnable check;

  private Compute(
      Crew crew,
      Workspace workspace,
      @Nullable LayerTap tap,
      @Nullable OperationTimes times,
      Runnable check) {
    this.crew = crew;
    this.workspace = workspace;
    this.tap = tap;
    this.times = times;
    this.check = check;
  }

  /**
   * Starts threads.
   *
   * @param threads how many work at the same time, the calling thread among them; at least 1.
   *     Results do not depend on it
   * @return a compute without tap
   * @throws IllegalArgumentException if there are less than 1
   */
  public static Compute withThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", but must be at least 1");
    }
    return new Compute(new Crew(threads), new Workspace(), null, null, () -> {});
  }

  /**
   * Starts as many threads as there are processors.
   *
   * @return a compute without tap
   */
  public static Compute withAllProcessors() {
    return withThreads(Runtime.getRuntime().availableProcessors());
  }

  /**
   * Lets somebody see the layers' inputs.
   *
   * @param observer called while networks run
   * @return a view of this compute
   */
  public Compute withTap(LayerTap observer) {
    return new Compute(crew, workspace, observer, times, check);
  }

  /**
   * Measures where the time goes.
   *
   * @param sums receives the times
   * @return a view of this compute
   */
  public Compute withTimes(OperationTimes sums) {
    return new Compute(crew, workspace, tap, sums, check);
  }

  /**
   * Lets a run be stopped between its layers.
   *
   * @param stop called there; stops the run by throwing an exception
   * @return a view of this compute
   */
  public Compute withCheck(Runnable stop) {
    return new Compute(crew, workspace, tap, times, stop);
  }

  /**
   * Returns the number of threads.
   *
   * @return 1 or more
   */
  public int threads() {
    return crew.threads();
  }

  /**
   * Returns the memory for intermediate results.
   *
   * @return the workspace, which closes with this
   */
  public Workspace workspace() {
    return workspace;
  }

  /**
   * Lends a matrix of the workspace.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @return a matrix with undefined elements, to be released
   */
  public FloatMatrix take(int rows, int columns) {
    return workspace.take(rows, columns);
  }

  /**
   * Takes a matrix back.
   *
   * @param matrix what {@link #take} returned
   */
  public void release(FloatMatrix matrix) {
    workspace.release(matrix);
  }

  /** Stops the run if it is to stop, by the exception of whoever says so. */
  public void check() {
    check.run();
  }

  /**
   * Runs independent tasks on the threads.
   *
   * @param tasks how many
   * @param operationsPerTask about how many arithmetic operations one has
   * @param body does the task of the given number, from 0
   */
  public void forEach(int tasks, double operationsPerTask, IntConsumer body) {
    if (tasks * operationsPerTask < WORTH_SHARING) {
      for (int i = 0; i < tasks; i++) {
        body.accept(i);
      }
    } else {
      crew.run(tasks, body);
    }
  }

  /** Tells the tap, if there is one, of a layer's input. */
  void input(String layer, FeatureMap input) {
    if (tap != null) {
      tap.input(layer, input);
    }
  }

  /** Tells the tap, if there is one, of a convolution's input. */
  void convolution(String layer, FeatureMap input, Conv2d.Geometry geometry) {
    if (tap != null) {
      tap.convolution(layer, input, geometry);
    }
  }

  boolean isTapped() {
    return tap != null;
  }

  /**
   * Tells the tap, if there is one, of a module's output.
   *
   * @param module its name
   * @param output what it made
   */
  public void output(String module, FeatureMap output) {
    if (tap != null) {
      tap.output(module, output);
    }
  }

  /** The time at which an operation starts, for {@link #stop}. */
  long start() {
    return times == null ? 0 : System.nanoTime();
  }

  void stop(Operation operation, long start) {
    if (times != null) {
      times.add(operation, System.nanoTime() - start);
    }
  }

  /** Ends the threads and frees the memory. */
  @Override
  public void close() {
    crew.close();
    workspace.close();
  }
}
