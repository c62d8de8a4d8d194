package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * How far images are from the references.
 *
 * @param value the Fréchet distance
 * @param label what it is; says FID only if it is
 * @param fid whether it is FID
 * @param images how many were compared with the references
 * @param expectedBias what the distance would be of as many images of the same kind; absent if the
 *     number of references is unknown
 */
@JsonPropertyOrder({"value", "label", "fid", "images", "expectedBias"})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DistanceResult(
    double value, String label, boolean fid, int images, @Nullable Double expectedBias) {}
