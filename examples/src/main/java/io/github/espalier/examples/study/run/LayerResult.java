package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * What pruning did to a layer.
 *
 * @param component {@code text_encoder} or {@code unet}
 * @param name of the layer within it
 * @param weights how many it has
 * @param zeros how many of them are zero
 * @param sparsity the share of them, from 0 to 1
 * @param outputError how far the layer's output moves on the calibration data, relative to it;
 *     absent if there are no products of its inputs
 */
@JsonPropertyOrder({"component", "name", "weights", "zeros", "sparsity", "outputError"})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LayerResult(
    String component,
    String name,
    long weights,
    long zeros,
    double sparsity,
    @Nullable Double outputError) {}
