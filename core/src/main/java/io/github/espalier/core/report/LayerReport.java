package io.github.espalier.core.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.espalier.core.method.Diagnostics;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.selection.Energy;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What pruning did to one selected layer.
 *
 * @param component the part of the model that the layer belongs to
 * @param name the layer's name within the component
 * @param kind what the layer does
 * @param shape its extents
 * @param dtype its element type
 * @param target the sparsity that was asked of this layer; empty if saved masks decided, or all
 *     layers were compared with each other
 * @param pruned weights that the mask prunes
 * @param zerosBefore weights that were zero already
 * @param zerosAfter weights that are zero now
 * @param energy kept and pruned energy of the original weights
 * @param outputError relative error of the layer's output on the calibration data, see {@link
 *     io.github.espalier.core.calibration.OutputError}; empty if it was not asked for, or there is
 *     no Gram matrix
 * @param diagnostics what else the method tells of this layer
 * @param seconds time spent on this layer, by one thread
 */
// Without an order, Jackson takes that of reflection, which differs from run to run.
@JsonPropertyOrder({
  "component",
  "name",
  "kind",
  "shape",
  "dtype",
  "target",
  "pruned",
  "zerosBefore",
  "zerosAfter",
  "seconds",
  "weights",
  "sparsity",
  "snrDecibels",
})
public record LayerReport(
    Component component,
    String name,
    LayerKind kind,
    Shape shape,
    DType dtype,
    @JsonIgnore Optional<Sparsity> target,
    long pruned,
    long zerosBefore,
    long zerosAfter,
    @JsonIgnore Energy energy,
    @JsonIgnore OptionalDouble outputError,
    @JsonIgnore Diagnostics diagnostics,
    double seconds) {

  /**
   * Returns the number of weights.
   *
   * @return at least 0
   */
  @JsonProperty
  public long weights() {
    return shape.elements();
  }

  /**
   * Returns the share of weights that are zero now.
   *
   * @return from 0 to 1; 0 for an empty layer
   */
  @JsonProperty
  public double sparsity() {
    return weights() == 0 ? 0 : (double) zerosAfter / weights();
  }

  /**
   * Returns the signal-to-noise ratio of pruning this layer.
   *
   * @return decibels, see {@link Energy#snrDecibels()}
   */
  @JsonProperty
  public double snrDecibels() {
    return energy.snrDecibels();
  }
}
