package io.github.espalier.core.method;

import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.sparsity.SparsityPattern;
import java.io.IOException;
import java.util.Map;

/**
 * Decides which weights of a layer are pruned.
 *
 * <p>To add a method that ranks weights, implement {@link SaliencyMethod}, which leaves counting,
 * ties and patterns to Espalier; implement this interface itself only for a method that also
 * changes the weights it keeps. To make it known by name, list the class in {@code
 * META-INF/services/io.github.espalier.core.method.PruningMethod} and give it a public constructor
 * without parameters.
 *
 * <p>Implementations are immutable and safe for use by many threads: layers are pruned in parallel.
 */
public interface PruningMethod {
  /**
   * Returns the name by which command lines and reports refer to this method.
   *
   * @return lower-case letters, digits and dashes, such as {@code magnitude}
   */
  String name();

  /**
   * Returns the method's settings for reports.
   *
   * @return such as {@code rule EXACT}; empty if there are none
   */
  default String settings() {
    return "";
  }

  /**
   * Describes the settings that {@link #with} changes, for command lines and their help.
   *
   * @return what each setting may be, by its name; empty if there are none
   */
  default Map<String, String> options() {
    return Map.of();
  }

  /**
   * Returns where the method comes from, for command lines and their help.
   *
   * @return authors, title, place and year, in one line without a full stop; empty unless
   *     overridden
   */
  default String source() {
    return "";
  }

  /**
   * Returns what the method must know about a layer's input.
   *
   * @return nothing unless overridden
   */
  default StatisticsNeed needs() {
    return StatisticsNeed.NONE;
  }

  /**
   * Returns where zeros may fall if nobody says otherwise.
   *
   * @return {@link SparsityPattern#LAYER} unless overridden
   */
  default SparsityPattern defaultPattern() {
    return SparsityPattern.LAYER;
  }

  /**
   * Checks that this method can produce a pattern. Called before anything is written.
   *
   * @param pattern the pattern asked for
   * @throws IllegalArgumentException if it cannot; the message says what it can
   */
  default void requireSupport(SparsityPattern pattern) {}

  /**
   * Changes a setting that a command line gives as text.
   *
   * @param option name of the setting, such as {@code rule}
   * @param value its value
   * @return a method with that setting
   * @throws IllegalArgumentException if there is no such setting, or the value is not allowed; the
   *     message lists what is
   */
  default PruningMethod with(String option, String value) {
    throw new IllegalArgumentException("method " + name() + " has no option '" + option + "'");
  }

  /**
   * Prunes one layer.
   *
   * @param layer the layer, its weights and what is asked
   * @return the outcome
   * @throws PruningException if the numbers do not allow it; names the layer and a remedy
   * @throws IOException if weights cannot be read
   */
  Outcome prune(LayerContext layer) throws IOException;
}
