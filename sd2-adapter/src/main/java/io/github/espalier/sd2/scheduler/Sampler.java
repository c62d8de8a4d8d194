package io.github.espalier.sd2.scheduler;

/**
 * One run of a scheduler on one image. A run evaluates the network {@link #calls()} times; for call
 * {@code i} from 0 on:
 *
 * <ol>
 *   <li>{@link #scaleInput} turns the latents into what the network is given;
 *   <li>the network predicts at {@link #timesteps()}{@code [i]} (guidance is applied by the
 *       caller);
 *   <li>{@link #step} replaces the latents by those of the next call.
 * </ol>
 *
 * <p>The latents of call 0 are noise of unit variance times {@link #initialNoiseScale()}. Arrays
 * are one image of any shape, in any order that stays the same. All arithmetic is F32, with the
 * coefficients computed as diffusers computes them.
 *
 * <p>A sampler holds the history of its image and nothing else: images of a batch need one each,
 * and never affect one another. It is used up by its last step. Not safe for use by several
 * threads.
 */
public abstract sealed class Sampler
    permits DdimSampler, DpmSolverSampler, EulerSampler, PndmSampler {
  private final double[] timesteps;
  private int next;
  private int length = -1;

  Sampler(double[] timesteps) {
    this.timesteps = timesteps;
  }

  /**
   * Returns how many times the network is evaluated: the number of steps, except for PNDM, which
   * needs one more from 2 steps on, or nine more with Runge-Kutta steps.
   *
   * @return at least 1
   */
  public final int calls() {
    return timesteps.length;
  }

  /**
   * Returns the timestep of each call, from the most noise to the least. PNDM has some twice and,
   * in its Runge-Kutta steps, some between others; Euler's linspace has fractions.
   *
   * @return a copy of the timesteps, {@link #calls()} of them, from 0 to those of training - 1
   */
  public final double[] timesteps() {
    return timesteps.clone();
  }

  /**
   * Returns what noise of unit variance is multiplied by to start from.
   *
   * @return 1, or for Euler a number that depends on spacing and steps, exact in a float
   */
  public double initialNoiseScale() {
    return 1;
  }

  /**
   * Computes the input of the network. For all kinds but Euler it is a copy of the latents.
   *
   * @param index the call, as many as steps done
   * @param latents the latents, left as they are
   * @param scaled receives the input; may be {@code latents} itself
   * @throws IllegalStateException if it is not this call's turn
   * @throws IllegalArgumentException if the lengths differ from each other or from before
   */
  public final void scaleInput(int index, float[] latents, float[] scaled) {
    checkTurn(index);
    checkLength("latents", latents);
    checkLength("scaled", scaled);
    scale(index, latents, scaled);
  }

  /**
   * Takes a step.
   *
   * @param index the call, as many as steps done
   * @param modelOutput what the network predicted, left as it is
   * @param latents the latents, unscaled; replaced by those of the next call or, at last, the image
   * @throws IllegalStateException if it is not this call's turn
   * @throws IllegalArgumentException if the lengths differ from each other or from before, or both
   *     arrays are the same
   */
  public final void step(int index, float[] modelOutput, float[] latents) {
    checkTurn(index);
    checkLength("modelOutput", modelOutput);
    checkLength("latents", latents);
    if (modelOutput == latents) {
      throw new IllegalArgumentException("modelOutput and latents are the same array");
    }
    update(index, modelOutput, latents);
    next++;
  }

  void scale(int index, float[] latents, float[] scaled) {
    System.arraycopy(latents, 0, scaled, 0, latents.length);
  }

  abstract void update(int index, float[] modelOutput, float[] latents);

  final int timestep(int index) {
    return (int) timesteps[index];
  }

  private void checkTurn(int index) {
    if (next == timesteps.length) {
      throw new IllegalStateException("call " + index + ": all " + next + " calls are done");
    }
    if (index != next) {
      throw new IllegalStateException("call " + index + ": expected call " + next);
    }
  }

  private void checkLength(String name, float[] values) {
    if (length < 0) {
      length = values.length;
    }
    if (values.length != length) {
      throw new IllegalArgumentException(
          name + ": " + values.length + " values, expected " + length + " as in other arrays");
    }
  }

  /** The root in F32. */
  static float root(float value) {
    return (float) Math.sqrt(value);
  }
}
