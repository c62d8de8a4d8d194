/**
 * How far a checkpoint can be pruned: the searches of {@link
 * io.github.espalier.examples.study.search} with scores of real images, which an evaluator of
 * studies makes. What was evaluated is kept in a folder that all searches of a checkpoint can
 * share.
 */
@NullMarked
package io.github.espalier.examples.study.limit;

import org.jspecify.annotations.NullMarked;
