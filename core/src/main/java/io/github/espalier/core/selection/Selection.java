package io.github.espalier.core.selection;

import io.github.espalier.core.mask.Mask;
import java.util.Optional;

/**
 * The outcome of selecting weights.
 *
 * @param mask keeps the salient weights
 * @param energy kept and pruned energy, where counting the keys gave it for nothing
 */
public record Selection(Mask mask, Optional<Energy> energy) {}
