package io.github.espalier.metrics.reading;

import io.github.espalier.core.model.CheckpointFormatException;
import org.jspecify.annotations.Nullable;

/**
 * What was made of an image, or why there is none.
 *
 * @param <T> what it is
 * @param source the image
 * @param sha256 the SHA-256 of its file, as hexadecimal digits
 * @param input what was made, if the file could be read
 * @param problem what is wrong with the file, if it could not
 */
public record PreparedImage<T>(
    ImageSource source,
    String sha256,
    @Nullable T input,
    @Nullable CheckpointFormatException problem) {}
