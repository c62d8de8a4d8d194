/**
 * Images and their files. {@link io.github.espalier.sd2.image.RgbImage} is what an image is; {@link
 * io.github.espalier.sd2.image.PngFile} stores an image together with texts that say how it was
 * made.
 */
@NullMarked
package io.github.espalier.sd2.image;

import org.jspecify.annotations.NullMarked;
