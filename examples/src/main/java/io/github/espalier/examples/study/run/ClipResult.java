package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * How well images fit their captions: the mean cosine of the judge's embeddings, as in the paper.
 *
 * @param mean of the pairs' cosines
 * @param low end of the confidence interval, by bootstrap
 * @param high end of it
 * @param level of it, such as 0.95
 * @param resamples of the bootstrap
 * @param seed of the bootstrap
 * @param pairs how many were scored
 * @param deviation of the pairs' cosines, with <i>n - 1</i>; 0 for a single pair
 * @param least of the pairs' cosines
 * @param lowerQuartile of them, interpolated
 * @param median of them
 * @param upperQuartile of them
 * @param greatest of them
 */
@JsonPropertyOrder({
  "mean",
  "low",
  "high",
  "level",
  "resamples",
  "seed",
  "pairs",
  "deviation",
  "least",
  "lowerQuartile",
  "median",
  "upperQuartile",
  "greatest",
})
public record ClipResult(
    double mean,
    double low,
    double high,
    double level,
    int resamples,
    long seed,
    int pairs,
    double deviation,
    double least,
    double lowerQuartile,
    double median,
    double upperQuartile,
    double greatest) {}
