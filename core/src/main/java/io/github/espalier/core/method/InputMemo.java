package io.github.espalier.core.method;

import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * What a method has derived from the statistics of one input, for all layers that share that input.
 *
 * <p>A value is computed for the first layer that asks for it, and kept until the last layer of the
 * input was pruned. It must follow from the input's statistics and the key alone, so that a layer's
 * outcome is the same with and without others that share its input. Used by one thread at a time.
 */
public final class InputMemo {
  /**
   * Computes a value.
   *
   * @param <T> type of the value
   */
  @FunctionalInterface
  public interface Computation<T> {
    /**
     * Computes the value.
     *
     * @param scope owns native arrays that belong to the value
     * @return the value, which nobody changes
     * @throws IOException if reading fails
     */
    T compute(TensorScope scope) throws IOException;
  }

  private final TensorScope scope;
  private final Map<Object, Object> values = new HashMap<>();

  private InputMemo(TensorScope scope) {
    this.scope = scope;
  }

  /**
   * Makes a memo that knows nothing yet.
   *
   * @param scope owns the native memory of the values, and outlives all contexts with this memo
   * @return the memo
   */
  public static InputMemo in(TensorScope scope) {
    return new InputMemo(scope);
  }

  /**
   * Returns a value, and computes it if no layer with this input has asked for it before.
   *
   * @param <T> type of the value
   * @param key what the value depends on besides the statistics: a value object, such as a record
   *     of settings, of a class that no other method uses
   * @param type class of the value
   * @param computation computes it; what it throws is passed on, and nothing is kept then
   * @return the value, not to be changed
   * @throws ClassCastException if the key was used for a value of another type
   * @throws IOException if the computation throws it
   */
  public <T> T get(Object key, Class<T> type, Computation<T> computation) throws IOException {
    Object known = values.get(key);
    if (known != null) {
      return type.cast(known);
    }
    T computed = computation.compute(scope);
    values.put(key, computed);
    return computed;
  }
}
