/**
 * Which captions of COCO images are made for and measured with. {@link
 * io.github.espalier.metrics.coco.CaptionedImages} makes the selection of the paper on pruning
 * Stable Diffusion 2: the first caption of each image, and of these the 10,000 that NumPy chooses
 * with seed 0.
 */
@NullMarked
package io.github.espalier.metrics.coco;

import org.jspecify.annotations.NullMarked;
