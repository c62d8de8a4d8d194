/**
 * What pruning did: per layer, per component and over the whole model, as values, as JSON and as a
 * table.
 */
@NullMarked
package io.github.espalier.core.report;

import org.jspecify.annotations.NullMarked;
