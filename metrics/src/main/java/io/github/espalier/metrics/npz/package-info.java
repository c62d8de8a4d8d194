/** Feature statistics in NumPy's file format, as pytorch-fid and its relatives exchange them. */
@NullMarked
package io.github.espalier.metrics.npz;

import org.jspecify.annotations.NullMarked;
