package io.github.espalier.metrics.clipscore;

/**
 * A mean and its confidence interval.
 *
 * @param mean the score of all pairs
 * @param low the lower end
 * @param high the upper end
 * @param bootstrap what drew the interval
 */
public record MeanInterval(double mean, double low, double high, Bootstrap bootstrap) {}
