package io.github.espalier.core.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * What pruning did to a model, over three denominators: the selected weights, their component, and
 * the whole model. Immutable.
 *
 * <p>The numerator is always the same: the selected weights that are zero afterwards. A sparsity
 * "of 35 %" is one of the selected weights; since the selection rarely is the whole component, the
 * other two are lower.
 *
 * @param source file or folder that was pruned
 * @param version version of Espalier
 * @param components one entry for each step of the plan
 * @param layers the selected layers
 * @param skipped the other layers of weights in these components, and why they were left alone
 * @param modelParameters parameters of the whole model, components that were not pruned included
 * @param bytesRead size of everything that was copied or pruned
 * @param seconds time from beginning to end
 */
public record PruningReport(
    String source,
    String version,
    List<ComponentReport> components,
    List<LayerReport> layers,
    List<SkippedLayer> skipped,
    long modelParameters,
    long bytesRead,
    double seconds) {

  /**
   * Copies the lists.
   *
   * @param source file or folder that was pruned
   * @param version version of Espalier
   * @param components one entry for each step of the plan
   * @param layers the selected layers
   * @param skipped the other layers of weights, and why they were left alone
   * @param modelParameters parameters of the whole model
   * @param bytesRead size of everything that was copied or pruned
   * @param seconds time from beginning to end
   */
  public PruningReport {
    components = ImmutableList.copyOf(components);
    layers = ImmutableList.copyOf(layers);
    skipped = ImmutableList.copyOf(skipped);
  }

  /**
   * Sets the time.
   *
   * @param seconds time from beginning to end
   * @return a changed copy
   */
  public PruningReport withSeconds(double seconds) {
    return new PruningReport(
        source, version, components, layers, skipped, modelParameters, bytesRead, seconds);
  }

  /**
   * Returns how many weights were selected.
   *
   * @return at least 0
   */
  @JsonProperty
  public long selected() {
    return components.stream().mapToLong(ComponentReport::selected).sum();
  }

  /**
   * Returns how many of the selected weights are zero now.
   *
   * @return from 0 to {@link #selected()}
   */
  @JsonProperty
  public long zerosAfter() {
    return components.stream().mapToLong(ComponentReport::zerosAfter).sum();
  }

  /**
   * Returns the share of the selected weights that are zero.
   *
   * @return from 0 to 1
   */
  @JsonProperty
  public double sparsityOfSelected() {
    return selected() == 0 ? 0 : (double) zerosAfter() / selected();
  }

  /**
   * Returns the selected weights that are zero as a share of the whole model's parameters.
   *
   * @return from 0 to 1
   */
  @JsonProperty
  public double sparsityOfModel() {
    return modelParameters == 0 ? 0 : (double) zerosAfter() / modelParameters;
  }

  /**
   * Returns a table of the components and the model, for people; if output errors were measured, a
   * second one of these, with the layers of the largest; and the layers of whose {@linkplain
   * io.github.espalier.core.method.Diagnostics#notable() diagnostics} some are notable.
   *
   * @return several lines without a line break at the end
   */
  public String summary() {
    return ReportText.summary(this);
  }

  /**
   * Returns the whole report as JSON: the components of this record and of those within it, and the
   * shares and ratios that follow from them.
   *
   * <p>A signal-to-noise ratio that is infinite or undefined, since only zeros were pruned or kept,
   * is null there. What has no target sparsity has no {@code target}; a layer whose output error
   * was not measured, or of which the method tells nothing, no {@code outputError} or {@code
   * diagnostics}.
   *
   * @return an indented JSON object and a line break
   */
  public String toJson() {
    return ReportJson.write(this, true);
  }

  /**
   * Returns what is the same on every run as JSON: the report without times and places.
   *
   * @return an indented JSON object and a line break, kept beside pruned weights
   */
  public String provenance() {
    return ReportJson.write(this, false);
  }
}
