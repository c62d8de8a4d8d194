/**
 * Reading of PNG and JPEG files as the reference implementations of FID and CLIPScore read them:
 * with Pillow's {@code convert("RGB")}. {@link io.github.espalier.metrics.image.ImageDecoder} is
 * the way in. {@link io.github.espalier.metrics.image.JpegPass} is what storing as JPEG does to an
 * image.
 */
@NullMarked
package io.github.espalier.metrics.image;

import org.jspecify.annotations.NullMarked;
