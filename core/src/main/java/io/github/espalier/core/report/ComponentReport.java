package io.github.espalier.core.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.selection.Energy;
import io.github.espalier.core.sparsity.Sparsity;
import java.util.Optional;

/**
 * What pruning did to one component, in one step of the plan.
 *
 * @param component the part of the model
 * @param method name of the pruning method
 * @param settings the method's settings
 * @param pattern label of the sparsity pattern
 * @param selection which layers were selected, in words
 * @param allocation how the sparsity was shared out, and the settings of that
 * @param target sparsity asked of the selected weights; empty if saved masks decided
 * @param layers number of selected layers
 * @param selected number of weights in the selected layers
 * @param parameters number of parameters of the whole component
 * @param zerosBefore selected weights that were zero already
 * @param zerosAfter selected weights that are zero now
 * @param energy kept and pruned energy of the selected weights
 */
// Without an order, Jackson takes that of reflection, which differs from run to run.
@JsonPropertyOrder({
  "component",
  "method",
  "settings",
  "pattern",
  "selection",
  "allocation",
  "target",
  "layers",
  "selected",
  "parameters",
  "zerosBefore",
  "zerosAfter",
  "sparsityOfSelected",
  "sparsityOfComponent",
  "snrDecibels",
})
public record ComponentReport(
    Component component,
    String method,
    String settings,
    String pattern,
    String selection,
    String allocation,
    @JsonIgnore Optional<Sparsity> target,
    int layers,
    long selected,
    long parameters,
    long zerosBefore,
    long zerosAfter,
    @JsonIgnore Energy energy) {

  /**
   * Returns the share of the selected weights that are zero.
   *
   * @return from 0 to 1
   */
  @JsonProperty
  public double sparsityOfSelected() {
    return selected == 0 ? 0 : (double) zerosAfter / selected;
  }

  /**
   * Returns the selected weights that are zero as a share of the component's parameters.
   *
   * @return from 0 to 1
   */
  @JsonProperty
  public double sparsityOfComponent() {
    return parameters == 0 ? 0 : (double) zerosAfter / parameters;
  }

  /**
   * Returns the signal-to-noise ratio over all selected weights.
   *
   * @return decibels, see {@link Energy#snrDecibels()}
   */
  @JsonProperty
  public double snrDecibels() {
    return energy.snrDecibels();
  }
}
