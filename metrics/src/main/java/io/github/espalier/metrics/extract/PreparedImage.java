package io.github.espalier.metrics.extract;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.metrics.resize.FloatImage;
import org.jspecify.annotations.Nullable;

/**
 * An image as a network takes it, or why there is none.
 *
 * @param image name and hash
 * @param input the network's input, if it could be read
 * @param problem what is wrong with the file, if it could not
 */
record PreparedImage(
    HashedImage image, @Nullable FloatImage input, @Nullable CheckpointFormatException problem) {}
