package io.github.espalier.metrics.reading;

import java.nio.file.Path;

/**
 * An image to be read.
 *
 * @param name what results call it
 * @param file where it is
 */
public record ImageSource(String name, Path file) {}
