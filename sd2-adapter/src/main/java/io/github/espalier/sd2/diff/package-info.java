/**
 * Compares checkpoints tensor by tensor: what differs, where, and how many zeros came and went.
 *
 * <p>Start at {@link io.github.espalier.sd2.diff.CheckpointDiff#between}.
 */
@NullMarked
package io.github.espalier.sd2.diff;

import org.jspecify.annotations.NullMarked;
