/** OBS-Diff: SparseGPT for diffusion models, over inputs that are weighed by their timestep. */
@NullMarked
package io.github.espalier.methods.obsdiff;

import org.jspecify.annotations.NullMarked;
