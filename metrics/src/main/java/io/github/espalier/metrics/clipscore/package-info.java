/**
 * CLIPScore: how well images fit their captions, by the cosine of CLIP's embeddings, in the forms
 * of the paper, of jmhessel/clipscore and of torchmetrics, all from one pass.
 *
 * <p>{@link io.github.espalier.metrics.clipscore.ClipScorer} scores a pair, {@link
 * io.github.espalier.metrics.clipscore.ClipScoring} files with captions, in runs that go on where
 * they were stopped; {@link io.github.espalier.metrics.clipscore.ClipScores} has what came out.
 */
@NullMarked
package io.github.espalier.metrics.clipscore;

import org.jspecify.annotations.NullMarked;
