/**
 * Captions of images in the JSON of COCO. {@link io.github.espalier.sd2.coco.CocoReader} reads such
 * files as a stream, for calibration and for metrics.
 */
@NullMarked
package io.github.espalier.sd2.coco;

import org.jspecify.annotations.NullMarked;
