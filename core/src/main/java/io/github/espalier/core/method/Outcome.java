package io.github.espalier.core.method;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.selection.Energy;
import io.github.espalier.core.selection.Selection;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a method decided about a layer. */
public sealed interface Outcome {
  /**
   * Returns the weights that stay.
   *
   * @return a mask of the layer's shape
   */
  Mask mask();

  /**
   * Returns what came up on the way, for reports.
   *
   * @return nothing unless the outcome has diagnostics
   */
  default Diagnostics diagnostics() {
    return Diagnostics.none();
  }

  /**
   * Pruned weights become zero; the others keep their bits.
   *
   * @param mask the weights that stay
   * @param energy kept and pruned energy, if the method knows it
   */
  record Masked(Mask mask, Optional<Energy> energy) implements Outcome {}

  /**
   * Pruned weights become zero; the others get new values.
   *
   * @param mask the weights that stay
   * @param weights new values of shape {@code [rows, columns]}, read where the mask keeps and
   *     rounded to the layer's type, in which they must be finite; an array that the layer's scope
   *     owns, or one of the caller's that outlives the scope
   * @param diagnostics what came up on the way
   */
  record Updated(Mask mask, INDArray weights, Diagnostics diagnostics) implements Outcome {
    /**
     * Makes an outcome of which there is nothing to tell.
     *
     * @param mask the weights that stay
     * @param weights new values of shape {@code [rows, columns]}
     */
    public Updated(Mask mask, INDArray weights) {
      this(mask, weights, Diagnostics.none());
    }
  }

  /**
   * Returns the outcome of a selection.
   *
   * @param selection the weights that stay
   * @return a masked outcome
   */
  static Outcome of(Selection selection) {
    return new Masked(selection.mask(), selection.energy());
  }

  /**
   * Returns the outcome of applying a mask.
   *
   * @param mask the weights that stay
   * @return a masked outcome
   */
  static Outcome of(Mask mask) {
    return new Masked(mask, Optional.empty());
  }
}
