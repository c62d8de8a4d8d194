package io.github.espalier.metrics.extract;

/**
 * An image that could not be read and was passed over.
 *
 * @param name its name below its folder
 * @param reason what is wrong with it
 */
public record SkippedImage(String name, String reason) {}
