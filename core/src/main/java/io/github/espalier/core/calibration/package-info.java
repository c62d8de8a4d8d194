/**
 * What calibration learns about the inputs of layers: streaming sums that can be merged, and
 * snapshots of them that pruning methods read.
 *
 * <p>Sums are kept raw and are only divided when they are read, so that one pass over the
 * calibration data serves every method.
 */
@NullMarked
package io.github.espalier.core.calibration;

import org.jspecify.annotations.NullMarked;
