/**
 * Runs Stable Diffusion's networks over captions to learn what their layers see, and keeps that in
 * files.
 *
 * <p>{@link io.github.espalier.sd2.calibration.TextCalibration} is for the text encoder, {@link
 * io.github.espalier.sd2.calibration.UnetCalibration} for the U-Net; both write a {@link
 * io.github.espalier.sd2.calibration.StatisticsFile}, which pruning reads. A calibration that was
 * stopped goes on where it saved its sums last, and ends with the same bytes.
 */
@NullMarked
package io.github.espalier.sd2.calibration;

import org.jspecify.annotations.NullMarked;
