package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * How long a configuration took, in the run that finished it but for the images, which may be of
 * several runs.
 *
 * @param pruneSeconds for pruning and calibrating
 * @param imageSeconds for images, the sum over all of them, of which several may have been made at
 *     the same time
 * @param scoreSeconds for scores
 */
@JsonPropertyOrder({"pruneSeconds", "imageSeconds", "scoreSeconds"})
public record ConfigurationTimes(double pruneSeconds, double imageSeconds, double scoreSeconds) {}
