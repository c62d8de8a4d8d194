package io.github.espalier.examples.study.published;

import io.github.espalier.core.sparsity.Sparsity;

/**
 * A row of a table as the paper prints it, with the run that has these scores. Immutable.
 *
 * @param table number of the table in the paper
 * @param textEncoder printed sparsity of the text encoder
 * @param unet printed sparsity of the U-Net
 * @param fid printed FID
 * @param clipScore printed CLIPScore
 * @param run number of the run
 */
public record PrintedScores(
    int table, Sparsity textEncoder, Sparsity unet, double fid, double clipScore, int run) {}
