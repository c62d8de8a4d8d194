/** The small checkpoint that ships with the examples. */
@NullMarked
package io.github.espalier.examples.demo;

import org.jspecify.annotations.NullMarked;
