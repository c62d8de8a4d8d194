/**
 * What the paper that Espalier repeats has published, as data: the scores of its runs by table, and
 * the arithmetic of its Table 1, which turns a sparsity of the full model and a ratio into
 * sparsities of the text encoder and the U-Net.
 *
 * <p>The paper is Samarth N. Ramesh and Zhixue Zhao, "Efficient Pruning of Text-to-Image Models:
 * Insights from Pruning Stable Diffusion", arXiv 2411.15113. The scores are those of its
 * repository's list of runs, which has more digits than the printed tables.
 */
@NullMarked
package io.github.espalier.examples.study.published;

import org.jspecify.annotations.NullMarked;
