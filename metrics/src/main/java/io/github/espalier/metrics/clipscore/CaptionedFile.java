package io.github.espalier.metrics.clipscore;

import java.nio.file.Path;

/**
 * An image's file and its caption.
 *
 * @param name what the image is called in results
 * @param file the file
 * @param caption the text, without prefix
 */
public record CaptionedFile(String name, Path file, String caption) {}
