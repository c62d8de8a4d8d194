/**
 * Resizing of images exactly as the reference implementations of FID and CLIP do it, since the
 * choice of a resizer alone can move FID by several points.
 *
 * <p>{@link io.github.espalier.metrics.resize.ByteResizer} makes images of bytes from images of
 * bytes; {@link io.github.espalier.metrics.resize.FloatResizer} makes {@link
 * io.github.espalier.metrics.resize.FloatImage}s from such.
 */
@NullMarked
package io.github.espalier.metrics.resize;

import org.jspecify.annotations.NullMarked;
