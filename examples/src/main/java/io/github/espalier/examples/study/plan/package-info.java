/**
 * What a study does: which parts of a model are pruned how and how far, which images are made of
 * each pruned model, and how they are scored. Plans are read from JSON and written as JSON.
 */
@NullMarked
package io.github.espalier.examples.study.plan;

import org.jspecify.annotations.NullMarked;
