/**
 * Studies on Apache Spark: a task makes and scores a range of a configuration's images, and the
 * driver keeps each result as it comes.
 */
@NullMarked
package io.github.espalier.examples.spark;

import org.jspecify.annotations.NullMarked;
