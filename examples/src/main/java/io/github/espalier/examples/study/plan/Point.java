package io.github.espalier.examples.study.plan;

import io.github.espalier.core.sparsity.Sparsity;
import java.util.Optional;

/**
 * A place of an experiment: a point of a curve, or a cell of a table.
 *
 * @param text sparsity of the text encoder; empty for a cell that cannot be, which papers mark N/A
 * @param unet sparsity of the U-Net; empty likewise
 * @param textShare of a table of ratios, the share of the pruned parameters that the text encoder
 *     has
 * @param full of a table of ratios, the sparsity of both parts together
 * @param configuration the pruned model; empty for a cell that cannot be
 */
public record Point(
    Optional<Sparsity> text,
    Optional<Sparsity> unet,
    Optional<Sparsity> textShare,
    Optional<Sparsity> full,
    Optional<Configuration> configuration) {}
