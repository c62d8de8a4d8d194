/** The tiny trained model that ships with the examples, and what a study of it needs. */
@NullMarked
package io.github.espalier.examples.demo;

import org.jspecify.annotations.NullMarked;
