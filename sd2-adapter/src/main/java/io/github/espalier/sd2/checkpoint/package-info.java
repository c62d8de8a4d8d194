/**
 * Stable Diffusion checkpoints as prunable models, in both of their layouts on disk.
 *
 * <p>{@link io.github.espalier.sd2.checkpoint.Sd2Checkpoint} opens a diffusers folder or an
 * original single file; either way its layers have the names of the diffusers layout, so that
 * selections and masks fit both.
 */
@NullMarked
package io.github.espalier.sd2.checkpoint;

import org.jspecify.annotations.NullMarked;
